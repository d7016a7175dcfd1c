import { isError, toText } from './error-like.js';

/**
 * The errors that the ecosystem maps to HTTP status codes.
 *
 * @remarks
 * They are recognised by their `name`, never by their class: several copies of this package, and
 * the published packages' own, meet in one backend. With a cause, the message ends in
 * `; caused by <cause>` and the cause is kept.
 *
 * @public
 */
export abstract class NamedError extends Error {
  declare readonly cause?: unknown;

  constructor(message?: string, cause?: unknown) {
    super(withCause(message, cause));
    // Only where there is one: an own `cause: undefined` would show up in serialised errors.
    if (cause !== undefined) {
      Object.defineProperty(this, 'cause', {
        value: cause,
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }
  }
}

/** The request holds invalid input; HTTP 400. @public */
export class InputError extends NamedError {
  override name = 'InputError';
}

/** The caller did not prove who it is; HTTP 401. @public */
export class AuthenticationError extends NamedError {
  override name = 'AuthenticationError';
}

/** The caller is known, and may not do this; HTTP 403. @public */
export class NotAllowedError extends NamedError {
  override name = 'NotAllowedError';
}

/** The requested thing does not exist; HTTP 404. @public */
export class NotFoundError extends NamedError {
  override name = 'NotFoundError';
}

/** The request collides with the present state; HTTP 409. @public */
export class ConflictError extends NamedError {
  override name = 'ConflictError';
}

/** The requested thing is what the caller already has; HTTP 304. @public */
export class NotModifiedError extends NamedError {
  override name = 'NotModifiedError';
}

/** The server cannot do this; HTTP 501. @public */
export class NotImplementedError extends NamedError {
  override name = 'NotImplementedError';
}

/** The server cannot do this now, and may later; HTTP 503. @public */
export class ServiceUnavailableError extends NamedError {
  override name = 'ServiceUnavailableError';
}

/** Adds a message to an error and keeps its name, and so its HTTP status. @public */
export class ForwardedError extends NamedError {
  override name: string;

  constructor(message: string, cause: unknown) {
    super(message, cause);
    this.name = isError(cause) ? cause.name : 'Error';
  }
}

function withCause(message: string | undefined, cause: unknown): string | undefined {
  if (cause === undefined) return message;
  const causedBy = `caused by ${toText(cause)}`;
  return message ? `${message}; ${causedBy}` : causedBy;
}
