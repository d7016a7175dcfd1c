// What `npm run bench` runs: installs what is missing, builds Stagewire, measures each promise.
//
//   node bench/run.mjs [--quick] [--node 20|24|both] [name …]      names in promises/; all by default

import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { prepare } from '../compat/lib/prepare.mjs';
import { createAppFolder } from './lib/app-folder.mjs';
import { estimate } from './lib/estimate.mjs';
import { measurePromise } from './lib/measure-promise.mjs';
import { findNodes } from './lib/nodes.mjs';
import { findPromises } from './lib/promises.mjs';
import { publish, publishSummary, showPromise } from './lib/publish.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const { values, positionals } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, node: { type: 'string' } },
  allowPositionals: true,
});
const { quick } = values;
const rounds = quick ? 3 : 7;

const nodes = await findNodes(values.node ?? (quick ? undefined : 'both'));
const promises = await findPromises(positionals, { quick });
await prepare(here);
if (!quick) console.log(await estimate(promises, nodes));

const app = await createAppFolder();
const failures = [];
try {
  for (const promise of promises) await attempt(promise);
} finally {
  await app.remove();
}
if (!quick) await publishSummary();
for (const failure of failures) console.error(`\n${failure}`);
if (failures.length) process.exitCode = 1;

/** A promise that cannot be measured leaves the others alone: they may have taken an hour. */
async function attempt(promise) {
  console.log(`\n${promise.title}`);
  try {
    const entries = [];
    for (const node of nodes) {
      entries.push(await measurePromise(promise, { folder: app.folder, rounds, node, quick }));
    }
    // A quick run is for looking: only a full one is written down.
    await (quick ? showPromise : publish)(promise, entries);
  } catch (error) {
    failures.push(`${promise.name} was not measured: ${error.stack}`);
  }
}
