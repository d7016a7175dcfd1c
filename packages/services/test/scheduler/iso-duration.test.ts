import { Duration } from 'luxon';
import { describe, expect, it } from 'vitest';
import { fromIsoDuration, toIsoDuration } from '../../src/scheduler/iso-duration.js';

describe('a duration', () => {
  it.each([
    [{ minutes: 90 }, 'PT90M', 5_400_000],
    [{ milliseconds: 500 }, 'PT0.5S', 500],
    [{ seconds: 1, milliseconds: 250 }, 'PT1.25S', 1_250],
    [{ hours: 1.5 }, 'PT1.5H', 5_400_000],
    [{ weeks: 1, days: 1 }, 'P1W1D', 8 * 86_400_000],
    [{ years: 1, months: 2, hours: 3 }, 'P1Y2MT3H', (365 + 60) * 86_400_000 + 3 * 3_600_000],
    [{ seconds: 0 }, 'PT0S', 0],
    [{ minutes: 5, seconds: undefined }, 'PT5M', 300_000],
  ])('%j is written as %s, as luxon writes it', (duration, iso, ms) => {
    const defined = Object.fromEntries(Object.entries(duration).filter(([, v]) => v !== undefined));
    expect(toIsoDuration(duration)).toBe(iso);
    expect(Duration.fromObject(defined).toISO()).toBe(iso);
    expect(toIsoDuration(Duration.fromObject(defined))).toBe(iso);
    expect(fromIsoDuration(iso)).toBe(ms);
  });

  it.each([
    [undefined],
    [null],
    ['PT5M'],
    [5],
    [{}],
    [{ minute: 5 }],
    [{ minutes: -5 }],
    [{ minutes: NaN }],
    [{ minutes: '5' }],
    [Duration.invalid('no reason')],
    [Duration.fromObject({ minutes: -1 })],
  ])('cannot be %j', (value) => {
    expect(toIsoDuration(value)).toBeUndefined();
  });

  it.each([[''], ['P'], ['PT'], ['P1'], ['1H'], ['P1H'], ['PT1D'], ['P1DT'], ['PT-5M'], ['pt5m']])(
    'cannot be written as %j',
    (text) => {
      expect(fromIsoDuration(text)).toBeUndefined();
    },
  );

  it('is read with fractions of either kind', () => {
    expect(fromIsoDuration('PT0,5S')).toBe(500);
    expect(fromIsoDuration('P0.5D')).toBe(43_200_000);
  });
});
