import type { LoggerService } from '@stagewire/plugin-api';
import type { Knex } from 'knex';

/** Hands what knex has to say to the log of the plugin; by itself, knex writes to the console. */
export function toKnexLogger(logger: LoggerService): Knex.Logger {
  return {
    warn: (message) => logger.warn(String(message)),
    error: (message) => logger.error(String(message)),
    debug: (message) => logger.debug(String(message)),
    deprecate: (method, alternative) =>
      logger.warn(`${method} is deprecated, please use ${alternative}`),
  };
}
