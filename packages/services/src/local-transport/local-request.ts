/** What `fetch` is given. */
export type FetchInput = Parameters<typeof fetch>[0];
export type FetchInit = Parameters<typeof fetch>[1];

/** A call of `fetch` in the form in which it can be made in the process. */
export type LocalRequest = {
  method: string;
  origin: string;
  /** Path and query. */
  path: string;
  /** Names and values in turn, as the caller gave them. */
  headers: string[];
  body: Buffer | undefined;
  signal: AbortSignal | undefined;
  redirect: 'follow' | 'manual' | 'error';
};

/** By how it may be written: `fetch` corrects the case of these. PATCH is sent as it is written. */
const METHODS: ReadonlyMap<unknown, string> = new Map(
  ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS'].flatMap((method): [unknown, string][] => [
    [method, method],
    [method.toLowerCase(), method],
  ]),
)
  .set(undefined, 'GET')
  .set('PATCH', 'PATCH') as ReadonlyMap<unknown, string>;

const REDIRECTS: ReadonlySet<unknown> = new Set(['follow', 'manual', 'error']);

/** A path and query that a URL keeps as it is; those with a `/.` or a `%2e` it may not. */
const PLAIN_PATH = /^\/[\w\-~!$&()*+,;=:@/?.%]*$/;
const DOT_SEGMENT = /\/(?:\.|%2e)/i;

const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]+$/;
const HEADER_VALUE = /^[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?$/;
/** More than this, in characters, and the server's own limits are its parser's to check. */
const MAX_HEADERS_LENGTH = 8_192;
const MAX_HEADERS = 100;

/** Headers that are about the connection, or that make `fetch` itself do something else. */
const LEFT_TO_THE_WIRE: ReadonlySet<string> = new Set([
  'accept-charset',
  'accept-encoding',
  'connection',
  'content-length',
  'expect',
  'host',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'range',
  'sec-fetch-mode',
  'set-cookie',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Where a call goes to, without its path; undefined when that cannot be seen at a glance. */
export function originOf(input: FetchInput): string | undefined {
  if (typeof input === 'string') {
    const end = input.indexOf('/', 'https://'.length);
    return end === -1 ? undefined : input.slice(0, end);
  }
  return input instanceof URL ? input.origin : undefined;
}

/**
 * Reads a call of `fetch`. Nothing of it is used up.
 *
 * @returns undefined when anything about it is unusual: then it is left to `fetch` itself, which also
 *   knows what is wrong with it
 */
export function readLocalRequest(
  input: FetchInput,
  init: FetchInit,
  origin: string,
): LocalRequest | undefined {
  const path = readPath(input, origin);
  if (path === undefined) return undefined;
  const request: LocalRequest = {
    method: 'GET',
    origin,
    path,
    headers: [],
    body: undefined,
    signal: undefined,
    redirect: 'follow',
  };
  if (init === undefined || init === null) return request;
  return typeof init === 'object' && readInit(init, request) ? request : undefined;
}

function readPath(input: FetchInput, origin: string): string | undefined {
  const href = String(input as string | URL);
  const rest = href.slice(origin.length);
  if (PLAIN_PATH.test(rest) && !DOT_SEGMENT.test(rest)) return rest;
  if (!URL.canParse(href)) return undefined;
  const url = new URL(href);
  const isPlain = url.origin === origin && url.username === '' && url.password === '';
  return isPlain ? url.pathname + url.search : undefined;
}

function readInit(init: NonNullable<FetchInit>, request: LocalRequest): boolean {
  for (const key in init) {
    const value = (init as Record<string, unknown>)[key];
    if (value !== undefined && !readOption(key, value, request)) return false;
  }
  // For these, `fetch` has an error of its own.
  const takesBody = request.method !== 'GET' && request.method !== 'HEAD';
  return (takesBody || request.body === undefined) && readHeaders(init, request);
}

function readOption(key: string, value: unknown, request: LocalRequest): boolean {
  switch (key) {
    case 'method':
      request.method = METHODS.get(value) ?? '';
      return request.method !== '';
    case 'redirect':
      request.redirect = value as LocalRequest['redirect'];
      return REDIRECTS.has(value);
    case 'signal':
      if (value === null) return true;
      request.signal = value as AbortSignal;
      return value instanceof AbortSignal && !value.aborted;
    case 'body':
      return value === null || readBody(value, request);
    case 'headers':
      return true; // with the content type that the body asks for, after all the others
    case 'keepalive':
    case 'duplex':
      return value === true || value === false || value === 'half';
    default:
      return false;
  }
}

/** Bytes are copied: what the caller does with them later is nothing to the callee. */
function readBody(value: unknown, request: LocalRequest): boolean {
  if (typeof value === 'string' || value instanceof URLSearchParams) {
    request.body = Buffer.from(String(value));
  } else if (value instanceof Uint8Array && value.buffer instanceof ArrayBuffer) {
    request.body = Buffer.from(value);
  } else if (value instanceof ArrayBuffer) {
    request.body = Buffer.from(new Uint8Array(value));
  } else {
    return false;
  }
  return true;
}

function readHeaders(init: NonNullable<FetchInit>, request: LocalRequest): boolean {
  const entries = toEntries(init.headers);
  const contentType = contentTypeOf(init.body);
  if (!entries || entries.length > MAX_HEADERS) return false;
  const seen = new Set<string>();
  let length = request.path.length;
  for (const [name, value] of entries) {
    if (typeof value !== 'string' || !HEADER_NAME.test(name) || !HEADER_VALUE.test(value)) {
      return false;
    }
    const lowerCase = name.toLowerCase();
    if (seen.has(lowerCase) || LEFT_TO_THE_WIRE.has(lowerCase)) return false;
    seen.add(lowerCase);
    length += name.length + value.length + 4;
    request.headers.push(name, value);
  }
  if (contentType !== undefined && !seen.has('content-type')) {
    request.headers.push('content-type', contentType);
  }
  return length <= MAX_HEADERS_LENGTH;
}

function contentTypeOf(body: unknown): string | undefined {
  if (typeof body === 'string') return 'text/plain;charset=UTF-8';
  const isForm = body instanceof URLSearchParams;
  return isForm ? 'application/x-www-form-urlencoded;charset=UTF-8' : undefined;
}

function toEntries(given: unknown): [string, unknown][] | undefined {
  if (given === undefined) return [];
  if (typeof given !== 'object' || given === null) return undefined;
  if (given instanceof Headers || Array.isArray(given)) {
    const entries = [...(given as Iterable<unknown>)];
    return entries.every(isPair) ? entries : undefined;
  }
  const prototype: unknown = Object.getPrototypeOf(given);
  const isPlain = prototype === Object.prototype || prototype === null;
  if (!isPlain || Object.getOwnPropertySymbols(given).length > 0) return undefined;
  return Object.entries(given);
}

function isPair(value: unknown): value is [string, unknown] {
  return Array.isArray(value) && value.length === 2 && typeof value[0] === 'string';
}
