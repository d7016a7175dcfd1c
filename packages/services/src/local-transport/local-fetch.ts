import type { LocalServer } from './exchange.js';
import { LocalCall } from './local-call.js';
import { originOf, readLocalRequest, type LocalRequest } from './local-request.js';
import { asResponse, LocalResponse } from './local-response.js';
import { networkErrors } from './network-errors.js';
import { isRedirect, toRedirected } from './redirect.js';
import type { ResponseHead } from './response-receiver.js';
import { isWireObserved } from './runtime-fetch.js';

type Fetch = typeof fetch;
/** Finds the server that serves an origin at this moment. */
export type FindServer = (origin: string) => LocalServer | undefined;

/** Statuses of responses that have no body, besides answers to HEAD. */
const WITHOUT_BODY: ReadonlySet<number> = new Set([101, 204, 205, 304]);
const MAX_REDIRECTS = 20;

/**
 * Makes a `fetch` that serves requests to this process without a network. It leaves to `original`
 * whatever it does not know to be the same there.
 */
export function createLocalFetch(original: Fetch, findServer: FindServer): Fetch {
  const local: Fetch = function fetch(input, init = undefined) {
    const origin = originOf(input);
    const server = origin === undefined ? undefined : findServer(origin);
    if (server && !isWireObserved()) {
      const request = readLocalRequest(input, init, origin!);
      if (request && mayServe(server, request)) return call(server, request, 0);
    }
    return original(input, init);
  };
  return local;

  async function call(
    server: LocalServer,
    request: LocalRequest,
    redirects: number,
  ): Promise<Response> {
    const { method, origin, path, redirect } = request;
    const exchange = new LocalCall(server, request);
    const head = await exchange.head;
    if (isRedirect(head) && redirect !== 'manual') {
      if (redirect === 'error') throw give(exchange, networkErrors.unexpectedRedirect());
      const next = redirectOf(request, head, redirects, exchange);
      if (next) {
        exchange.cancel();
        return follow(next, redirects + 1);
      }
    }
    const hasBody = method !== 'HEAD' && !WITHOUT_BODY.has(head.status);
    const response = new LocalResponse({
      head,
      url: origin + path,
      redirected: redirects > 0,
      body: hasBody ? exchange : undefined,
    });
    if (!exchange.ended) abandoned.register(response, exchange);
    return asResponse(response);
  }

  async function follow(request: LocalRequest, redirects: number): Promise<Response> {
    const { origin, path, headers, body, method, signal } = request;
    const server = findServer(origin);
    if (server && mayServe(server, request)) return call(server, request, redirects);
    const response = await original(origin + path, {
      method,
      headers: toPairs(headers),
      ...(body && { body: new Uint8Array(body) }),
      ...(signal && { signal }),
    });
    return Object.defineProperty(response, 'redirected', { value: true, configurable: true });
  }
}

/** Ends the connection of a response that nobody will read any more. */
const abandoned = new FinalizationRegistry<LocalCall>((exchange) => exchange.cancel());

/** Limits that count connections, or the time between bytes, are the network's to keep. */
function mayServe({ http }: LocalServer, { headers }: LocalRequest): boolean {
  if (!http.listening || http.timeout > 0 || http.maxConnections > 0) return false;
  const most = http.maxHeadersCount ?? 0;
  // Those that `fetch` adds itself count as well; they are fewer than ten.
  return most === 0 || headers.length / 2 + 10 <= most;
}

function redirectOf(
  request: LocalRequest,
  head: ResponseHead,
  redirects: number,
  exchange: LocalCall,
): LocalRequest | undefined {
  try {
    if (redirects >= MAX_REDIRECTS) throw networkErrors.redirectCount();
    return toRedirected(request, head);
  } catch (error) {
    throw give(exchange, error);
  }
}

function give(exchange: LocalCall, cause: unknown): TypeError {
  exchange.cancel();
  return networkErrors.fetchFailed(cause);
}

function toPairs(headers: string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let index = 0; index < headers.length; index += 2) {
    pairs.push([headers[index]!, headers[index + 1]!]);
  }
  return pairs;
}
