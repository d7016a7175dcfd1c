import { isError, serializeError, type ErrorLike, type SerializedError } from '@stagewire/errors';
import type { LoggerService } from '@stagewire/plugin-api';
import type { ErrorRequestHandler } from 'express';
import { randomBytes } from 'node:crypto';
import { isDevelopment } from './is-development.js';

/** How errors are shown and logged. */
export type ErrorHandlerOptions = {
  /** Also log errors that are the caller's (status below 500). @default false */
  logAllErrors?: boolean;
  /** Send stack traces to the caller. @default only when `NODE_ENV` is `development` */
  showStackTraces?: boolean;
};

const STATUS_BY_NAME: ReadonlyMap<string, number> = new Map([
  ['NotModifiedError', 304],
  ['InputError', 400],
  ['AuthenticationError', 401],
  ['NotAllowedError', 403],
  ['NotFoundError', 404],
  ['ConflictError', 409],
  ['NotImplementedError', 501],
  ['ServiceUnavailableError', 503],
]);

/**
 * Makes the handler that answers errors at the end of the root chain and of every plugin:
 * `{ error, request: { method, url }, response: { statusCode } }`.
 *
 * @remarks
 * The status is the error's `statusCode` or `status`, else the one of its name, else 500. Errors
 * with status 500 and above are logged. When the response has begun, the error is passed on.
 */
export function createErrorHandler(
  logger: LoggerService,
  options: ErrorHandlerOptions = {},
): ErrorRequestHandler {
  // Made at the first error: each plugin has an error handler, and most never need a logger for it.
  let child: LoggerService | undefined;
  const log = () => (child ??= logger.child({ type: 'errorHandler' }));
  const includeStack = options.showStackTraces ?? isDevelopment();
  const logFrom = options.logAllErrors ? 0 : 500;

  return (raw, req, res, next) => {
    if (res.headersSent) {
      next(raw);
      return;
    }
    const error = toPresentable(raw, log);
    const statusCode = toStatusCode(error);
    if (statusCode >= logFrom) {
      log().error(`Request failed with status ${statusCode}`, error);
    }
    const answer = (shown: SerializedError) =>
      res.status(statusCode).json({
        error: shown,
        request: { method: req.method, url: req.url },
        response: { statusCode },
      });
    try {
      answer(serializeError(error, { includeStack }));
    } catch {
      // A field that JSON cannot hold, such as the socket that some HTTP clients put on errors.
      answer({ name: error.name, message: error.message });
    }
  };
}

/** The HTTP status that an error stands for. */
function toStatusCode(error: Error): number {
  const { statusCode, status } = error as { statusCode?: unknown; status?: unknown };
  if (isStatus(statusCode)) return statusCode;
  if (isStatus(status)) return status;
  return STATUS_BY_NAME.get(error.name) ?? 500;
}

function isStatus(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 100 && (value as number) <= 599;
}

/** Keeps from callers what no plugin meant for them: odd values, and what a database says. */
function toPresentable(raw: unknown, log: () => LoggerService): Error {
  if (isError(raw) && !isDatabaseError(raw)) return raw as Error;

  const logId = randomBytes(10).toString('hex');
  log().error(`Filtered internal error with logId=${logId} from response`, toLogMeta(raw));
  const stand = new Error(`An internal error occurred logId=${logId}`);
  delete stand.stack;
  return stand;
}

function isDatabaseError(error: ErrorLike): boolean {
  return error.constructor?.name === 'DatabaseError';
}

function toLogMeta(raw: unknown): Error | { error: string } {
  return isError(raw) ? (raw as Error) : { error: String(raw) };
}
