import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { systemClock } from '../../src/scheduler/clock.js';

describe('the clock of the machine', () => {
  it('sleeps longer than one timer can', async () => {
    useFakeTimers();
    const days = 24 * 3_600_000;
    let isAwake = false;
    const sleeping = systemClock
      .sleep(40 * days, new AbortController().signal)
      .then(() => (isAwake = true));

    await vi.advanceTimersByTimeAsync(40 * days - 1);
    expect(isAwake).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await sleeping;
    expect(isAwake).toBe(true);
  });

  it('wakes when the signal aborts, and leaves nothing behind', async () => {
    useFakeTimers();
    const controller = new AbortController();
    const sleeping = systemClock.sleep(1_000, controller.signal);

    controller.abort();
    await sleeping;
    await systemClock.sleep(1_000, controller.signal);

    expect(vi.getTimerCount()).toBe(0);
  });

  it('does not sleep for no time', async () => {
    useFakeTimers();

    await systemClock.sleep(0, new AbortController().signal);
    await systemClock.sleep(-5, new AbortController().signal);

    expect(vi.getTimerCount()).toBe(0);
  });
});

function useFakeTimers() {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
}
