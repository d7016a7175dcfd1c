/**
 * The errors that Node's `fetch` rejects with. Clients know them by their names, codes and messages,
 * so these are the same, and are no errors of our own.
 */
export const networkErrors = {
  /** There is no response. */
  fetchFailed: (cause: unknown) => new TypeError('fetch failed', { cause }),

  /** The response ended before its end. */
  terminated: (cause: unknown) => new TypeError('terminated', { cause }),

  closed: () => named('SocketError', 'UND_ERR_SOCKET', 'other side closed'),

  headersTimeout: () =>
    named('HeadersTimeoutError', 'UND_ERR_HEADERS_TIMEOUT', 'Headers Timeout Error'),

  bodyTimeout: () => named('BodyTimeoutError', 'UND_ERR_BODY_TIMEOUT', 'Body Timeout Error'),

  unexpectedRedirect: () => new Error('unexpected redirect'),

  redirectCount: () => new Error('redirect count exceeded'),

  redirectScheme: () => new Error('URL scheme must be a HTTP(S) scheme'),

  redirectCredentials: () => new Error('cross origin not allowed for request mode "cors"'),
};

function named(name: string, code: string, message: string): Error {
  return Object.assign(new Error(message), { name, code });
}
