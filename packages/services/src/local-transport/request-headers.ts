import type { LocalRequest } from './local-request.js';

/**
 * The headers that `fetch` sends for a request, names and values in turn. Nothing is asked to be
 * compressed: what is unpacked in the same process was packed for nothing.
 */
export function toRawHeaders({ origin, method, headers, body }: LocalRequest): string[] {
  // After an answer to HEAD, `fetch` does not trust the connection any more.
  const connection = method === 'HEAD' ? 'close' : 'keep-alive';
  const raw = ['host', origin.slice('http://'.length), 'connection', connection, ...headers];
  const given = new Set<string>();
  for (let index = 0; index < headers.length; index += 2) given.add(headers[index]!.toLowerCase());
  if (!given.has('accept')) raw.push('accept', '*/*');
  if (!given.has('accept-language')) raw.push('accept-language', '*');
  raw.push('sec-fetch-mode', 'cors');
  if (!given.has('user-agent')) raw.push('user-agent', 'node');
  raw.push('accept-encoding', 'identity');
  const length = body?.length ?? (EXPECTING_BODY.has(method) ? 0 : undefined);
  if (length !== undefined) raw.push('content-length', String(length));
  return raw;
}

/** Sent with a length even when there is no body. */
const EXPECTING_BODY: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);
