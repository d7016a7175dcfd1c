import { durationToMilliseconds, readDurationFromConfig, type Config } from '@stagewire/config';
import { urlReaderErrors } from './errors.js';

/** How much one read may cost. */
export type ReadingLimits = {
  /** Bytes of one body, after decompression. */
  maxResponseSize: number;
  /**
   * Milliseconds: until the response begins, redirects included; then for all of `buffer()`, or
   * for each wait of `stream()`.
   */
  timeoutMs: number;
};

const DEFAULT_LIMITS: ReadingLimits = { maxResponseSize: 100 * 1024 * 1024, timeoutMs: 60_000 };

/**
 * Reads `backend.reading.maxResponseSize` (bytes, `@default` 100 MiB) and
 * `backend.reading.timeout` (a duration, `@default` 60 s).
 *
 * @throws `E_URL_MAX_RESPONSE_SIZE` when the size is not a whole number above 0
 */
export function readReadingLimits(config: Config): ReadingLimits {
  const maxResponseSize =
    config.getOptionalNumber('backend.reading.maxResponseSize') ?? DEFAULT_LIMITS.maxResponseSize;
  if (!Number.isInteger(maxResponseSize) || maxResponseSize < 1) {
    throw urlReaderErrors.invalidMaxResponseSize(maxResponseSize);
  }
  const timeoutMs = config.has('backend.reading.timeout')
    ? durationToMilliseconds(readDurationFromConfig(config, { key: 'backend.reading.timeout' }))
    : DEFAULT_LIMITS.timeoutMs;
  return { maxResponseSize, timeoutMs };
}
