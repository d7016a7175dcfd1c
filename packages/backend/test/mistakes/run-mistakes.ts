// Starts one backend after the other, each with one mistake of the table and in its surroundings,
// and handles each failure. Writes one line of JSON for each: `{ name, told, isWitnessStarted }`.
//
//   node --import tsx --conditions=@stagewire/source run-mistakes.ts
//
// In the folder that it runs in, each mistake has a folder of its own, named by its place in the table.

import { chdir, cwd, env } from 'node:process';
import { join } from 'node:path';
import { formatStartFailure } from '@stagewire/wiring';
import type { Mistake } from './mistake.js';
import { createMistakenBackend } from './mistaken-backend.js';
import { mistakes } from './mistakes.js';

const root = cwd();
const usualEnv = { ...env };
for (const place of process.argv.slice(2)) {
  const mistake = mistakes[Number(place)]!;
  chdir(join(root, place));
  process.env = { ...usualEnv, ...mistake.env };
  process.argv.splice(2, Infinity, ...(mistake.args ?? []));
  console.log(JSON.stringify(await start(mistake)));
}

async function start(mistake: Mistake) {
  let isWitnessStarted = false;
  const backend = createMistakenBackend([mistake], () => (isWitnessStarted = true));
  const told = await backend.start().then(() => '', formatStartFailure);
  await backend.stop();
  return { name: mistake.name, told, isWitnessStarted };
}
