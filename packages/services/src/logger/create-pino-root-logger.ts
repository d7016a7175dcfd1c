import type { RootLoggerService } from '@stagewire/plugin-api';
import type { Logger } from 'pino';
import { adaptLogger, type AdaptedLoggerOptions } from './adapted-logger.js';
import { assertLogger } from './assert-logger.js';

/**
 * Makes a root logger of a pino of one's own, with its transports, its form and its level, which may
 * change at any time.
 *
 * @example
 * ```ts
 * createServiceFactory({
 *   service: coreServices.rootLogger,
 *   deps: { config: coreServices.rootConfig },
 *   factory: ({ config }) => createPinoRootLogger(pino(), { config }),
 * });
 * ```
 *
 * @throws `E_LOG_TARGET`, `E_LOG_LEVEL`, `E_LOG_OVERRIDE`
 * @public
 */
export function createPinoRootLogger(
  pino: Pick<Logger, 'isLevelEnabled' | 'error' | 'warn' | 'info' | 'debug'>,
  options: AdaptedLoggerOptions = {},
): RootLoggerService & Disposable {
  assertLogger(pino, {
    maker: 'createPinoRootLogger',
    members: ['isLevelEnabled', 'error', 'warn', 'info', 'debug'],
    example: 'pino()',
  });
  return adaptLogger(
    {
      isLevelEnabled: (level) => pino.isLevelEnabled(level),
      write: (level, message, fields) => pino[level](fields, message),
    },
    options,
  );
}
