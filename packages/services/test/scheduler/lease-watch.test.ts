import { describe, expect, it } from 'vitest';
import { LeaseWatch } from '../../src/scheduler/lease-watch.js';

/** Looks at a run that gives no more signs, and tells after how long it is taken for dead. */
function timeToDeath(watch: LeaseWatch, interval: number): number | undefined {
  for (let now = 0; now <= 60_000; now += interval) {
    if (watch.look('ticket', 7, now)) return now;
  }
  return undefined;
}

describe('a run without signs of life', () => {
  it.each([100, 1_000, 5_000])('is dead after 20 seconds, looked at every %d ms', (interval) => {
    expect(timeToDeath(new LeaseWatch(), interval)).toBe(20_000);
  });

  it('is not dead because its watcher did not look for a long time', () => {
    const watch = new LeaseWatch();
    watch.look('ticket', 7, 0);

    expect(watch.look('ticket', 7, 3_600_000)).toBe(false);
  });

  it('lives again with its next sign', () => {
    const watch = new LeaseWatch();
    for (const now of [0, 5_000, 10_000, 15_000]) watch.look('ticket', 7, now);

    expect(watch.look('ticket', 8, 20_000)).toBe(false);
    expect(watch.look('ticket', 8, 25_000)).toBe(false);
  });

  it('is forgotten when it is over', () => {
    const watch = new LeaseWatch();
    for (const now of [0, 5_000, 10_000, 15_000]) watch.look('ticket', 7, now);

    watch.keep(new Set());

    expect(watch.look('ticket', 7, 20_000)).toBe(false);
  });
});
