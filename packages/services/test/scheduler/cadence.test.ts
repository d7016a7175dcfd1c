import { describe, expect, it } from 'vitest';
import { parseCadence } from '../../src/scheduler/cadence.js';

const NOW = new Date(2026, 0, 1, 12, 0, 30).getTime();
const at = (hour: number, minute: number) => new Date(2026, 0, 1, hour, minute).getTime();

describe('a task that runs at intervals', () => {
  it('[SCH-5] starts at once, and is next due an interval from now', async () => {
    const cadence = await parseCadence('PT30M');

    expect(cadence.interval).toBe(1_800_000);
    expect(cadence.first(NOW)).toBe(NOW);
    expect(cadence.next(NOW)).toBe(NOW + 1_800_000);
  });

  it('[SCH-10] runs from start to start, but not before the run before it has ended', async () => {
    const cadence = await parseCadence('PT30M');

    expect(cadence.afterRun(NOW, NOW + 60_000)).toBe(NOW + 1_800_000);
    expect(cadence.afterRun(NOW, NOW + 3_600_000)).toBe(NOW + 3_600_000);
  });
});

describe('a task that runs by a crontab', () => {
  it('[SCH-5] is first stored one second before its time', async () => {
    const cadence = await parseCadence('*/15 * * * *');

    expect(cadence.interval).toBeUndefined();
    expect(cadence.first(NOW)).toBe(at(12, 15) - 1_000);
    expect(cadence.next(NOW)).toBe(at(12, 15));
  });

  it('[SCH-10] runs once for each time, also when it began that second early', async () => {
    const cadence = await parseCadence('*/15 * * * *');
    const early = at(12, 15) - 1_000;

    expect(cadence.afterRun(early, early + 200)).toBe(at(12, 30));
    expect(cadence.afterRun(at(12, 15), at(12, 17))).toBe(at(12, 30));
  });

  it('may have seconds', async () => {
    const cadence = await parseCadence('*/10 * * * * *');

    expect(cadence.next(NOW)).toBe(NOW + 10_000);
  });
});

it('a task that runs by hand is never due by itself', async () => {
  const cadence = await parseCadence('manual');

  expect([cadence.first(NOW), cadence.next(NOW), cadence.afterRun(NOW, NOW)]).toEqual([
    null,
    null,
    null,
  ]);
});

it.each([['PT0S'], ['P'], ['every day'], ['0 0 31 2 *'], ['']])(
  'a task cannot run by %j',
  async (text) => {
    await expect(parseCadence(text)).rejects.toThrow();
  },
);
