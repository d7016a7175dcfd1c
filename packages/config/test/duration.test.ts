import * as upstream from '@backstage/config';
import { describe, expect, it } from 'vitest';
import { ConfigReader, durationToMilliseconds, readDurationFromConfig } from '../src/index.js';

const accepted = [
  ...'1d|2 seconds|90s|1.5h|.5m|5 M|1w|2y|1000ms|0.5ms|0s|366d'.split('|'),
  ...'PT30S|P2DT6H|P1Y2M3W4DT5H6M7.5S|PT1,5S|P-1D|P0D| P1D |PT1.2345S'.split('|'),
  { days: 2, hours: 6 },
  { days: '1' },
  { milliseconds: 5 },
  { days: -1 },
];
const refused = [
  ...'100|x|1 month|-1s|- 1s|1.d|1e3s|1d 2h|P|PT|P1|-P1D|PT1S1M'.split('|'),
  `${'1'.repeat(101)}s`,
  {},
  { day: 1 },
  { days: 1, foo: 2 },
  { days: 'x' },
  [],
  1,
  true,
  null,
];

function read(library: typeof upstream, value: unknown) {
  const config = new library.ConfigReader({ a: { k: value as never } });
  try {
    return library.readDurationFromConfig(config, { key: 'a.k' });
  } catch (error) {
    return { name: (error as Error).name, message: (error as Error).message };
  }
}
const ours = { ConfigReader, readDurationFromConfig } as unknown as typeof upstream;

describe('a duration', () => {
  it.each(accepted)('[DUR-1] %j is read as the published reader reads it', (value) => {
    const duration = read(ours, value);

    expect(duration).toEqual(read(upstream, value));
    expect(duration).not.toHaveProperty('message');
  });

  it.each(refused)('[DUR-1] %j is refused in the words of the published reader', (value) => {
    const error = read(ours, value);

    expect(error).toEqual(read(upstream, value));
    expect(error).toHaveProperty('message');
  });

  it('[DUR-1] is read from an object that is the config itself', () => {
    const config = new ConfigReader({ timeout: { seconds: 3 } }).getConfig('timeout');

    expect(readDurationFromConfig(config)).toEqual({ seconds: 3 });
  });

  it('[DUR-1] that is refused says how to write one', () => {
    const config = new ConfigReader({ timeout: '30' });

    expect(() => readDurationFromConfig(config, { key: 'timeout' })).toThrow(
      expect.objectContaining({
        name: 'InputError',
        code: 'E_CONFIG_DURATION',
        fix: "write a duration such as '30s', 'PT30S' or { seconds: 30 } at 'timeout'",
      }),
    );
  });

  it.each([
    [{ years: 1 }, 31_536_000_000],
    [{ months: 1 }, 2_592_000_000],
    [{ weeks: 1 }, 604_800_000],
    [{ days: 1 }, 86_400_000],
    [{ hours: 1, minutes: 1, seconds: 1, milliseconds: 1 }, 3_661_001],
    [{}, 0],
  ])('[DUR-2] %j has a fixed length', (duration, milliseconds) => {
    expect(durationToMilliseconds(duration)).toBe(milliseconds);
  });
});
