import { BackendError, explain } from '@stagewire/errors';
import { LOG_LEVELS } from './levels.js';

/** What the configuration of the logger, or a logger that is plugged in, can have wrong. */
export const loggerErrors = {
  level: (level: string, where: string) =>
    explain(
      new Error(`Invalid config at backend.logger.level, '${level}' is not a valid logging level`),
      'E_LOG_LEVEL',
      `write one of ${LOG_LEVELS.join(', ')} at ${where}`,
    ),

  overrideLevel: (index: number, level: string, where: string) =>
    explain(
      new Error(
        `Invalid config at backend.logger.overrides[${index}].level, '${level}' is not a valid logging level, must be one of 'error', 'warn', 'info' or 'debug'.`,
      ),
      'E_LOG_OVERRIDE',
      `write one of error, warn, info, debug at ${where}`,
    ),

  overrideMatcher: (key: string, pattern: string, reason: string, where: string) =>
    explain(
      new Error(
        `Invalid config at ${key}, '${pattern}' is not a valid regular expression, ${reason}`,
      ),
      'E_LOG_OVERRIDE',
      `correct the expression at ${where}`,
    ),

  notALogger: (maker: string, missing: readonly string[], example: string) =>
    new BackendError(
      'E_LOG_TARGET',
      `${maker}() was given what is no logger: it has no ${missing.join(', ')}`,
      `hand it what ${example} makes`,
    ),

  lineLost: (problem: string) =>
    new BackendError(
      'E_LOG_LINE_LOST',
      `The logger that is plugged in cannot write a line, which is lost: ${problem}`,
      'mend its formats and transports; further lines that are lost are not told',
    ),
};
