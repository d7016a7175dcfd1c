import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { onTestFinished, vi } from 'vitest';
import { serveLoopback } from '../../support/loopback-server.js';

/** A request that a host got. */
export type Recorded = { path: string; headers: IncomingHttpHeaders };

/** What a host answers: text and bytes as they are, everything else as JSON. */
type Answer = string | Buffer | object | ((res: ServerResponse, request: Recorded) => unknown);

/** A host that answers by path and query, keeps what it was asked, and knows nothing else. */
export async function serveHost(routes: Record<string, Answer> = {}) {
  const requests: Recorded[] = [];
  const { url, port } = await serveLoopback((req, res) => {
    const request = { path: req.url ?? '', headers: req.headers };
    requests.push(request);
    const answer = routes[request.path] ?? routes[request.path.split('?')[0]!];
    if (answer === undefined) res.writeHead(404).end();
    else if (typeof answer === 'function') answer(res, request);
    else if (typeof answer === 'string' || Buffer.isBuffer(answer)) res.end(answer);
    else res.end(JSON.stringify(answer));
  });
  return {
    url,
    port,
    host: `127.0.0.1:${port}`,
    routes,
    requests,
    paths: () => requests.map(({ path }) => path),
    authorizations: () => requests.map(({ headers }) => headers.authorization),
  };
}

/** Answers 304 to who knows the ETag already, and else the text with it. */
export function versioned(etag: string, text: string): Answer {
  return (res, { headers }) => {
    if (headers['if-none-match'] === etag) return res.writeHead(304).end();
    res.setHeader('etag', etag).setHeader('last-modified', 'Sat, 01 Aug 2026 00:00:00 GMT');
    return res.end(text);
  };
}

/** Sends the requests to hosts that are known by https only to fakes, until the end of the test. */
export function routeFetch(hosts: Record<string, string>): void {
  const { fetch } = globalThis;
  vi.stubGlobal('fetch', (input: URL | string, init?: RequestInit) => {
    const target = new URL(input);
    const fake = hosts[target.host];
    return fetch(fake ? `${fake}${target.pathname}${target.search}` : target, init);
  });
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
}
