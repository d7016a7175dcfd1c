import { describe, expect, it } from 'vitest';
import { serve } from '../http/harness.js';
import { answerRoutes, routes } from './routes.js';

const overWire = globalThis.fetch;
type Init = NonNullable<Parameters<typeof fetch>[1]>;

/** Over the network, with nothing asked to be packed: within a process, nothing is. */
const sendOverWire: typeof fetch = (input, init = {}) => {
  const given = init.headers ?? {};
  const isList = given instanceof Headers || Array.isArray(given);
  const pairs = (isList ? [...given] : Object.entries(given)) as [string, string][];
  return overWire(input, { ...init, headers: [...pairs, ['accept-encoding', 'identity']] });
};

/** Headers that are about the connection or the moment. */
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'date']);

async function serveRoutes() {
  const { router, port } = await serve();
  router.use('/r', answerRoutes);
  return `http://127.0.0.1:${port}/r`;
}

/** Everything that a caller sees of an answer. */
async function outcomeOf(send: typeof fetch, url: string, init?: Init): Promise<unknown> {
  try {
    const response = await send(url, init);
    const { status, statusText, ok, type, redirected, bodyUsed } = response;
    const headers = [...response.headers].filter(([name]) => !HOP_BY_HOP.has(name));
    const hasBody = response.body !== null;
    const read = await bodyOf(response);
    return {
      status,
      statusText,
      ok,
      type,
      redirected,
      bodyUsed,
      headers,
      hasBody,
      read,
      url: response.url,
    };
  } catch (error) {
    return describeError(error);
  }
}

async function bodyOf(response: Response): Promise<unknown> {
  try {
    return (
      Buffer.from(await response.clone().arrayBuffer()).toString('base64') + (await response.text())
    );
  } catch (error) {
    return describeError(error);
  }
}

function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { thrown: error };
  const { name, message, cause } = error;
  const { code } = error as { code?: unknown };
  return { name, message, code, cause: cause === undefined ? undefined : describeError(cause) };
}

describe('a call within the process', () => {
  const plain: Array<[string, Init?]> = [
    ...Object.keys(routes)
      .filter((name) => name !== 'echo')
      .map((name): [string] => [`/${name}`]),
    ...[200, 201, 205, 304, 404, 418, 500, 599].map((code): [string] => [`/status?code=${code}`]),
    ...Object.keys(routes)
      .filter((name) => !name.startsWith('destroyed') && name !== 'trailers')
      .map((name): [string, Init] => [`/${name}`, { method: 'HEAD' }]),
    ['/nowhere'],
    ['/echo'],
    ['/echo?a=b%20c&d=%C3%A9#fragment'],
    ['/echo/../echo?x=1'],
    ["/echo?q='a' b|ü"],
    ['/echo', { headers: { Authorization: 'Bearer x', 'X-Mixed': 'a  b' } }],
    ['/echo', { headers: new Headers({ 'x-b': '2', accept: 'a/b' }) }],
    [
      '/echo',
      {
        headers: [
          ['X-B', '2'],
          ['user-agent', 'me'],
        ],
      },
    ],
    ['/echo', { headers: { accept: 'text/html', Accept: 'text/plain' } }],
    ['/echo', { headers: { 'x-latin': 'h\xe9', 'x-space': '  a ' } }],
    ['/echo', { headers: { 'if-none-match': 'x', range: 'bytes=0-1' } }],
    ['/echo', { method: 'post', body: 'hé' }],
    ['/echo', { method: 'POST', body: '' }],
    ['/echo', { method: 'PUT' }],
    ['/echo', { method: 'patch', body: 'x' }],
    ['/echo', { method: 'DELETE' }],
    ['/echo', { method: 'DELETE', body: 'x', headers: { 'content-type': 'a/b' } }],
    ['/echo', { method: 'POST', body: new URLSearchParams({ a: 'ü' }) }],
    ['/echo', { method: 'POST', body: new Uint8Array([0, 255]) }],
    ['/echo', { method: 'POST', body: new Uint8Array([0, 255]).buffer }],
    ['/echo', { method: 'POST', body: 'x'.repeat(300_000) }],
    ['/echo', { method: 'PROPFIND' }],
    ['/echo', { method: 'GET', body: 'x' }],
    ['/echo', { method: 'bad method' }],
    ['/echo', { headers: { 'bad name': 'x' } }],
    ['/echo', { headers: { expect: '100-continue' } }],
    ['/echo', { signal: AbortSignal.abort('before') }],
    ['/redirect'],
    ['/redirect?to=/r/json'],
    ['/redirect?to=json'],
    ['/redirect?to=/r/json', { redirect: 'manual' }],
    ['/redirect?to=/r/json', { redirect: 'error' }],
    ['/redirect?to=http://['],
    ['/redirect?to=ftp://a/'],
    ['/redirect?to=http://u:p@localhost:1/'],
    ['/redirect?to=http://127.0.0.1:1/'],
    ['/redirect?to=/r/redirect?to=/r/echo', { headers: { authorization: 'x' } }],
    ...[301, 302, 303, 307, 308].flatMap((code): Array<[string, Init]> =>
      ['POST', 'PUT', 'HEAD'].map((method) => [
        `/redirect?code=${code}&to=/r/echo`,
        { method, ...(method !== 'HEAD' && { body: 'x' }) },
      ]),
    ),
  ];

  it.each(plain)('%s %o', async (path, init) => {
    const url = await serveRoutes();

    const local = await outcomeOf(fetch, url + path, init);
    const wire = await outcomeOf(sendOverWire, url + path, init);

    expect(local).toEqual(wire);
  });
});
