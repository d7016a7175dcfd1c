import type { LoggerService } from '@stagewire/plugin-api';
import type { Knex } from 'knex';

/** How knex begins what it says of a connection that it could not get. */
const NO_CONNECTION = 'Acquire connection error: ';

/** Hands what knex has to say to the log of the plugin; by itself, knex writes to the console. */
export function toKnexLogger(logger: LoggerService): Knex.Logger {
  return {
    warn: (message) => {
      const text = String(message);
      // Who asked for the connection is told as well, and what to do about it.
      if (text.startsWith(NO_CONNECTION)) logger.debug(text);
      else logger.warn(text);
    },
    error: (message) => logger.error(String(message)),
    debug: (message) => logger.debug(String(message)),
    deprecate: (method, alternative) =>
      logger.warn(`${method} is deprecated, please use ${alternative}`),
  };
}
