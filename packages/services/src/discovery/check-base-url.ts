import type { Config } from '@stagewire/config';
import type { LoggerService } from '@stagewire/plugin-api';

const LOCAL_HOSTS: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Warns of a `backend.baseUrl` that callers from outside cannot use. */
export function checkBaseUrl(config: Config, logger: LoggerService): void {
  const baseUrl = config.getString('backend.baseUrl');
  if (!URL.canParse(baseUrl)) {
    logger.warn(`backend.baseUrl is not a URL: '${baseUrl}'`);
  } else if (
    process.env['NODE_ENV'] === 'production' &&
    LOCAL_HOSTS.has(new URL(baseUrl).hostname)
  ) {
    logger.warn(
      `backend.baseUrl is '${baseUrl}' in production, and nobody outside of this machine can reach that`,
    );
  }
}
