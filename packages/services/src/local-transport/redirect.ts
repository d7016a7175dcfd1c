import type { LocalRequest } from './local-request.js';
import { networkErrors } from './network-errors.js';
import type { ResponseHead } from './response-receiver.js';

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const LOCATION = /\r\nlocation:([^\r]*)/i;

const ABOUT_BODY = ['content-encoding', 'content-language', 'content-location', 'content-type'];
const ABOUT_CALLER = ['authorization', 'cookie'];

export function isRedirect({ status }: ResponseHead): boolean {
  return REDIRECTS.has(status);
}

/**
 * The request that a redirect leads to, by the rules of the Fetch standard; undefined when the
 * response names no place.
 *
 * @throws what `fetch` gives as the cause of its failure
 */
export function toRedirected(request: LocalRequest, head: ResponseHead): LocalRequest | undefined {
  const location = LOCATION.exec(head.headers)?.[1]?.trim();
  if (location === undefined) return undefined;
  const current = request.origin + request.path;
  const url = new URL(Buffer.from(location, 'latin1').toString('utf8'), current);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw networkErrors.redirectScheme();
  const isForeign = url.origin !== request.origin;
  if (isForeign && (url.username || url.password)) throw networkErrors.redirectCredentials();

  const losesBody = changesToGet(request.method, head.status);
  const dropped = [...(losesBody ? ABOUT_BODY : []), ...(isForeign ? ABOUT_CALLER : [])];
  return {
    ...request,
    ...(losesBody && { method: 'GET', body: undefined }),
    origin: url.origin,
    path: url.pathname + url.search,
    headers: without(request.headers, dropped),
  };
}

function changesToGet(method: string, status: number): boolean {
  if (status === 303) return method !== 'GET' && method !== 'HEAD';
  return method === 'POST' && (status === 301 || status === 302);
}

function without(headers: string[], names: string[]): string[] {
  if (names.length === 0) return headers;
  return headers.filter((_, index) => {
    const name = headers[index - (index % 2)]!;
    return !names.includes(name.toLowerCase());
  });
}
