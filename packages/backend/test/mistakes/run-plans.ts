// Plans one backend after the other, each with one mistake of the table and in its surroundings.
// Writes one line of JSON for each: `{ name, diagnostics, isOpen }`.
//
//   node --import tsx --conditions=@stagewire/source run-plans.ts <place>…
//
// In the folder that it runs in, each mistake has a folder of its own, named by its place in the table.

import { chdir, cwd, env } from 'node:process';
import { join } from 'node:path';
import { setBackendHost, type HostedBackend } from '@stagewire/wiring/host';
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
  console.log(JSON.stringify({ name: mistake.name, ...(await plan(mistake)) }));
}

async function plan(mistake: Mistake) {
  let hosted: HostedBackend | undefined;
  setBackendHost({
    start(backend) {
      hosted = backend;
      return new Promise(() => {});
    },
  });
  let isWitnessStarted = false;
  void createMistakenBackend([mistake], () => (isWitnessStarted = true)).start();
  const { diagnostics } = await hosted!.plan();
  const resources = process.getActiveResourcesInfo();
  await hosted!.stop();
  const isOpen = isWitnessStarted || resources.includes('TCPServerWrap');
  return { diagnostics, isOpen };
}
