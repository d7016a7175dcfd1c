import { durationToMilliseconds, readDurationFromConfig, type Config } from '@stagewire/config';
import { urlReaderErrors } from './errors.js';

/** How much one read may cost. */
export type ReadingLimits = {
  /** Bytes of one body, after decompression. */
  maxResponseSize: number;
  /** Bytes of all files of one tree together, unpacked, and of its archive. */
  maxTreeSize: number;
  /** Files and folders of one tree, those that nobody asked for included. */
  maxTreeEntries: number;
  /**
   * Milliseconds: until the response begins, redirects included; then for all of `buffer()`, or
   * for each wait of `stream()`.
   */
  timeoutMs: number;
};

const DEFAULT_TIMEOUT_MS = 60_000;

/**
 * Reads `backend.reading.maxResponseSize` (bytes, `@default` 100 MiB), `maxTreeSize` (bytes,
 * `@default` 1 GiB), `maxTreeEntries` (`@default` 500,000) and `timeout` (a duration, `@default`
 * 60 s).
 *
 * @throws `E_URL_MAX_RESPONSE_SIZE` when one of the numbers is not a whole number above 0
 */
export function readReadingLimits(config: Config): ReadingLimits {
  const timeoutMs = config.has('backend.reading.timeout')
    ? durationToMilliseconds(readDurationFromConfig(config, { key: 'backend.reading.timeout' }))
    : DEFAULT_TIMEOUT_MS;
  return {
    maxResponseSize: readLimit(config, 'maxResponseSize', 100 * 1024 * 1024),
    maxTreeSize: readLimit(config, 'maxTreeSize', 1024 * 1024 * 1024),
    maxTreeEntries: readLimit(config, 'maxTreeEntries', 500_000),
    timeoutMs,
  };
}

function readLimit(config: Config, name: string, byDefault: number): number {
  const key = `backend.reading.${name}`;
  const value = config.getOptionalNumber(key) ?? byDefault;
  if (!Number.isInteger(value) || value < 1)
    throw urlReaderErrors.invalidLimit(key, value, byDefault);
  return value;
}
