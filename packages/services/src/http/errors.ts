import { BackendError, explain, type ExplainedError } from '@stagewire/errors';

/** Refusals that more than one HTTP service needs. */
export const httpErrors = {
  listenAddress: (value: unknown): ExplainedError =>
    explain(
      new Error(
        `Unable to parse listen address ${toText(value)}, expected <port> or <host>:<port>`,
      ),
      'E_LISTEN_ADDRESS',
      'set backend.listen to a port such as "7007", to "<host>:<port>", or to an object with host and port (0 to 65535)',
    ),

  rateLimit: (key: string, problem: string): BackendError =>
    new BackendError(
      'E_RATE_LIMIT',
      `${key} ${problem}`,
      'set backend.rateLimit to true, false, or an object: window is a duration such as "60s", incomingRequestLimit a number, plugin an object by plugin id',
    ),

  rateLimitStore: (problem: string): BackendError =>
    new BackendError(
      'E_RATE_LIMIT_STORE',
      problem,
      'set backend.rateLimit.store.type to memory, or to redis with a connection such as "redis://localhost:6379"',
    ),

  rateLimitStoreUnavailable: (reason: string): BackendError =>
    new BackendError(
      'E_RATE_LIMIT_STORE_UNAVAILABLE',
      `requests cannot be counted in Redis, ${reason}; until they can, limited ones are answered with 503, or pass where passOnStoreError is true`,
      'check that the server runs, that this machine reaches it, and the host, user and password in backend.rateLimit.store.connection; it is tried again on its own',
    ),

  notAHandler: (where: string, value: unknown): ExplainedError =>
    explain(
      new TypeError(`${where} requires a middleware function but got a ${typeOf(value)}`),
      'E_HTTP_HANDLER',
      'pass an Express handler: a function (req, res, next), an Express Router or an Express app',
    ),
};

function toText(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function typeOf(value: unknown): string {
  if (typeof value === 'function') return 'handler for errors';
  return value === null ? 'null' : typeof value;
}
