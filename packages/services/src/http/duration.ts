import { durationToMilliseconds, readDurationFromConfig, type Config } from '@stagewire/config';

/**
 * Reads a length of time in milliseconds: a number, or a duration as everywhere in configuration.
 * Undefined when the key is absent.
 */
export function readMilliseconds(config: Config, key: string): number | undefined {
  if (!config.has(key)) return undefined;
  const value = config.get(key);
  if (typeof value === 'number') return value;
  return durationToMilliseconds(readDurationFromConfig(config, { key }));
}
