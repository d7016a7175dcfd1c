import type { RootLoggerService } from '@stagewire/plugin-api';
import { adaptLogger, type AdaptedLoggerOptions } from './adapted-logger.js';
import { assertLogger } from './assert-logger.js';
import type { LineLevel } from './levels.js';

/** The part of a winston logger that is used. @public */
export interface WinstonLike {
  readonly levels: object;
  /** Whether lines of this level go anywhere. */
  isLevelEnabled(level: string): boolean;
  /** Takes one line, with all that belongs to it. */
  log(entry: { level: string; message: string }): unknown;
}

/**
 * Makes a root logger of a winston of one's own, with its transports, its formats and its level,
 * which may change at any time.
 *
 * @example
 * ```ts
 * createServiceFactory({
 *   service: coreServices.rootLogger,
 *   deps: { config: coreServices.rootConfig },
 *   factory: ({ config }) =>
 *     createWinstonRootLogger(
 *       winston.createLogger({ transports: [new winston.transports.Console()] }),
 *       { config },
 *     ),
 * });
 * ```
 *
 * @throws `E_LOG_TARGET`, `E_LOG_LEVEL`, `E_LOG_OVERRIDE`
 * @public
 */
export function createWinstonRootLogger(
  winston: WinstonLike,
  options: AdaptedLoggerOptions = {},
): RootLoggerService & Disposable {
  assertLogger(winston, {
    maker: 'createWinstonRootLogger',
    members: ['levels', 'isLevelEnabled', 'log'],
    example: 'winston.createLogger({ transports: [new winston.transports.Console()] })',
  });
  // Where winston has the levels of syslog, one of ours has another name.
  const toName = (level: LineLevel) =>
    level === 'warn' && !('warn' in winston.levels) ? 'warning' : level;
  return adaptLogger(
    {
      isLevelEnabled: (level) => winston.isLevelEnabled(toName(level)),
      write: (level, message, fields) => winston.log({ ...fields, level: toName(level), message }),
    },
    options,
  );
}
