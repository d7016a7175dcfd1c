import type { JsonObject } from '@stagewire/config';

/**
 * Writes log lines. A plugin's logger adds the id of the plugin to each.
 *
 * @public
 */
export interface LoggerService {
  /** Something failed and a person should look at it. */
  error(message: string, meta?: Error | JsonObject): void;
  /** Something is off, and work goes on. */
  warn(message: string, meta?: Error | JsonObject): void;
  /** Something that an operator wants to see happen. */
  info(message: string, meta?: Error | JsonObject): void;
  /** Something that helps to find a fault; usually not written. */
  debug(message: string, meta?: Error | JsonObject): void;

  /** A logger that adds these fields to each of its lines. */
  child(meta: JsonObject): LoggerService;
}

/** Writes the log lines of the backend itself; the loggers of plugins are its children. @public */
export interface RootLoggerService extends LoggerService {}
