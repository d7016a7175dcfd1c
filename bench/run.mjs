// What `npm run bench` runs: installs what is missing, builds Stagewire, measures each promise.
//
//   node bench/run.mjs [--quick] [name …]      names in promises/; all by default

import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { prepare } from '../compat/lib/prepare.mjs';
import { createAppFolder } from './lib/app-folder.mjs';
import { machine, versions } from './lib/machine.mjs';
import { machineLine, writeResult, writeTable } from './lib/report.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const { values, positionals } = parseArgs({
  options: { quick: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const rounds = values.quick ? 3 : 7;

await prepare(here);

const app = await createAppFolder();
try {
  for (const name of await promisesToMeasure()) {
    const promise = await import(`./promises/${name}.mjs`);
    console.log(`\n${promise.title}`);
    const setting = {
      machine: machine(),
      versions: await versions(),
      rounds,
      quick: values.quick,
    };
    const measured = await promise.measure({ folder: app.folder, rounds });
    await publish(name, promise, setting, measured);
  }
} finally {
  await app.remove();
}

async function promisesToMeasure() {
  const known = (await readdir(new URL('promises/', import.meta.url)))
    .filter((file) => file.endsWith('.mjs'))
    .map((file) => file.slice(0, -'.mjs'.length));
  const unknown = positionals.filter((name) => !known.includes(name));
  if (unknown.length) throw new Error(`unknown: ${unknown}; there are ${known.join(', ')}`);
  return positionals.length ? positionals : known;
}

/** A quick run is for looking: only a full one is written down. */
async function publish(name, { target, render }, setting, measured) {
  const text = [`Target: ${target}.`, render(measured), machineLine(setting)].join('\n\n');
  console.log(`\n${text}`);
  if (setting.quick) return;
  await writeResult(name, { target, ...setting, ...measured });
  await writeTable(name, text);
}
