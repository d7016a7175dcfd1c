import type { Config } from '@stagewire/config';
import { httpErrors } from './errors.js';

/**
 * Refuses a configured rate limit, so that nobody believes in a protection that is not there.
 * Absent, `false`, or an object that switches the global limit off and names no plugin, is fine.
 *
 * @throws `E_RATE_LIMIT_UNSUPPORTED`
 */
export function refuseRateLimit(config: Config): void {
  const rateLimit = config.getOptional('backend.rateLimit');
  if (rateLimit === undefined || rateLimit === false) return;
  if (typeof rateLimit === 'object' && rateLimit !== null && !Array.isArray(rateLimit)) {
    const plugins = Object.keys((rateLimit['plugin'] as object | undefined) ?? {});
    if (plugins.length > 0) throw httpErrors.rateLimit(`backend.rateLimit.plugin.${plugins[0]}`);
    if (rateLimit['global'] === false) return;
  }
  throw httpErrors.rateLimit('backend.rateLimit');
}
