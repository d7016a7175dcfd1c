// Loaded before a backend (`--import`), this writes down what it holds at the moment it is told to
// end: `{ heap, timers }`, into the file that BENCH_PROBE names. BENCH_PROBE_TIMERS=1 counts timers;
// the hook that does takes memory itself, so that one run tells only one of the two.

import { createHook } from 'node:async_hooks';
import { writeFileSync } from 'node:fs';

const { BENCH_PROBE, BENCH_PROBE_TIMERS } = process.env;
const timers = BENCH_PROBE_TIMERS === '1' ? countTimers() : undefined;

// The first listener: nothing has been stopped yet.
process.once('SIGTERM', () => {
  const found = timers ? { timers: timers.size } : { heap: usedHeap() };
  writeFileSync(BENCH_PROBE, JSON.stringify(found));
});

/** All that wait, whether they hold the process open or not. */
function countTimers() {
  const waiting = new Set();
  createHook({
    init: (id, type) => type === 'Timeout' && waiting.add(id),
    destroy: (id) => waiting.delete(id),
  }).enable();
  return waiting;
}

/** In bytes, without what is no longer used. Needs `--expose-gc`. */
function usedHeap() {
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
