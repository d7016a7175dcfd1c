// What `npm run bench:check` runs: measures with few rounds, and fails when a figure is worse than
// the committed one beyond noise. One line per figure; exit code 1.
//
//   node bench/check.mjs [--node 20|24|both] [name …]      the Node that runs this by default

import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { prepare } from '../compat/lib/prepare.mjs';
import { createAppFolder } from './lib/app-folder.mjs';
import { compareFigures } from './lib/compare.mjs';
import { measurePromise } from './lib/measure-promise.mjs';
import { findNodes } from './lib/nodes.mjs';
import { findPromises } from './lib/promises.mjs';
import { findEntry, readResult } from './lib/results.mjs';

const ROUNDS = 3;

const here = fileURLToPath(new URL('.', import.meta.url));
const { values, positionals } = parseArgs({
  options: { node: { type: 'string' } },
  allowPositionals: true,
});

const nodes = await findNodes(values.node);
const promises = await findPromises(positionals);
await prepare(here);

const app = await createAppFolder();
try {
  const worse = [];
  for (const promise of promises) {
    for (const node of nodes) worse.push(...(await check(promise, node)));
  }
  console.log(worse.length ? `${worse.length} worse` : 'nothing is worse');
  process.exitCode = worse.length ? 1 : 0;
} finally {
  await app.remove();
}

/** The lines of one promise on one Node, printed as they come. */
async function check(promise, node) {
  const committed = findEntry((await readResult(promise.name))?.nodes ?? [], node)?.figures;
  const what = `${promise.name}, Node ${node.major}`;
  if (!committed?.length) {
    console.log(`${what}: no figures are committed`);
    return [];
  }
  // Not the sizes of a quick run: they have other figures.
  const options = { folder: app.folder, rounds: ROUNDS, node, quick: false };
  const { figures } = await measurePromise(promise, options);
  const lines = compareFigures(committed, figures);
  console.log([`${what}: ${lines.length ? 'worse' : 'as good'}`, ...lines].join('\n  '));
  return lines;
}
