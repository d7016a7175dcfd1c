import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { withBackend } from './start-run.mjs';

const probe = new URL('../backends/idle-probe.mjs', import.meta.url).href;

/**
 * Starts a contestant, lets it idle, and looks inside: `{ heap, timers }`, bytes in use after a
 * garbage collection, and timers that wait, with those that do not hold the process open.
 *
 * @param options - those of `withBackend`, and `idle`: ms to wait after readiness
 */
export async function idleRun(contestant, options) {
  const { heap } = await probeOnce(contestant, options, {});
  const { timers } = await probeOnce(contestant, options, { BENCH_PROBE_TIMERS: '1' });
  return { heap, timers };
}

async function probeOnce(contestant, { idle, ...options }, env) {
  const file = join(options.folder, 'idle-probe.json');
  const nodeOptions = ['--expose-gc', '--import', probe];
  const probed = { ...options, nodeOptions, env: { BENCH_PROBE: file, ...env } };
  await withBackend(contestant, probed, () => wait(idle));
  const found = JSON.parse(await readFile(file, 'utf8'));
  await rm(file);
  return found;
}
