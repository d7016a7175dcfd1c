import type { RequestHandler } from 'express';

/** What responses of our own server can do for applications. */
type HidingResponse = { showSecurityHeaders?(): void };

/**
 * Prepares a handler that may be a whole Express application.
 *
 * @remarks
 * An application puts its own prototypes under requests and responses. What ours have in store has
 * to be plain before that; and when it passes a request on, they get back what they had, as they
 * would from an application around it.
 */
export function prepareApplication(handler: RequestHandler): RequestHandler {
  if (!isApplication(handler)) return handler;
  return (req, res, next) => {
    (res as HidingResponse).showSecurityHeaders?.();
    const [ofRequest, ofResponse] = [Object.getPrototypeOf(req), Object.getPrototypeOf(res)];
    handler(req, res, (signal?: unknown) => {
      Object.setPrototypeOf(req, ofRequest as object);
      Object.setPrototypeOf(res, ofResponse as object);
      next(signal);
    });
  };
}

function isApplication(handler: RequestHandler): boolean {
  const { handle, set } = handler as unknown as Record<string, unknown>;
  return typeof handle === 'function' && typeof set === 'function';
}
