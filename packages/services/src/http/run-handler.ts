import type { ErrorRequestHandler, NextFunction, Request, RequestHandler, Response } from 'express';

/** What may stand in a chain of handlers: one for requests, or one (with 4 parameters) for errors. */
export type AnyHandler = RequestHandler | ErrorRequestHandler;

/** Whether a handler takes errors; Express tells the two kinds apart by the parameter count. */
export function takesErrors(handler: AnyHandler): handler is ErrorRequestHandler {
  return handler.length === 4;
}

/**
 * Calls a handler, and hands what it throws, or what its promise is rejected with, to `next`.
 *
 * @remarks
 * As in a promise router of Express, a promise may also resolve to `'next'` or `'route'`, which
 * goes on as `next()` and `next('route')` would.
 */
export function runHandler(
  handler: RequestHandler,
  req: Request,
  res: Response,
  next: NextFunction,
): void {
  try {
    follow(handler(req, res, next), next);
  } catch (error) {
    next(toReason(error));
  }
}

/** Calls an error handler; see {@link runHandler}. */
export function runErrorHandler(
  handler: ErrorRequestHandler,
  error: unknown,
  req: Request,
  res: Response,
  next: NextFunction,
): void {
  try {
    follow(handler(error, req, res, next), next);
  } catch (thrown) {
    next(toReason(thrown));
  }
}

function follow(result: unknown, next: NextFunction): void {
  if (typeof result !== 'object' || result === null) return;
  if (typeof (result as PromiseLike<unknown>).then !== 'function') return;
  void settle(result as PromiseLike<unknown>, next);
}

async function settle(result: PromiseLike<unknown>, next: NextFunction): Promise<void> {
  let value;
  try {
    value = await result;
  } catch (error) {
    next(toReason(error));
    return;
  }
  if (value === 'next') next();
  else if (value === 'route') next('route');
}

/** Without a reason, `next` would take the failure for a plain "go on". */
function toReason(error: unknown): unknown {
  return error || new Error('a request handler failed without giving a reason');
}
