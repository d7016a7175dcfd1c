// Imported, so that a plugin's test with fake timers does not stop its own database.
import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers';

/** How long queries may follow each other before the event loop gets a turn, in milliseconds. */
const WORK_SLICE = 10;

let sliceStart: number | undefined;

/**
 * Gives the event loop a turn when queries have followed each other for a while. Driver and knex
 * never do by themselves, so that a loop of queries would hold up everything else, and libsql could
 * not free its statements: they are freed between turns, some 2.6 KB each.
 */
export async function giveTurn(): Promise<void> {
  if (sliceStart === undefined) {
    sliceStart = performance.now();
    setImmediate(() => (sliceStart = undefined)).unref();
  } else if (performance.now() - sliceStart > WORK_SLICE) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
