import express, { type RequestHandler } from 'express';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { RootHttpRouterFactoryOptions } from '../../src/root-http-router/root-http-router-options.js';
import { servePlugin, type Plugin } from '../http-router/serve-plugin.js';
import { moment, request, serve } from '../http/harness.js';

/** A backend with a plugin `p`, a route `/x` and an index, all of them open to everybody. */
async function serveAll(backend = {}, root: RootHttpRouterFactoryOptions = {}): Promise<Plugin> {
  const on = await serve(backend, { router: root });
  const plugin = await servePlugin(backend, { on });
  const router = express.Router();
  router.get('/items/:id', (req, res) => void res.json(req.params));
  router.post('/echo', express.json({ limit: '1kb' }), (req, res) => void res.json(req.body));
  plugin.http.use(router);
  plugin.http.addAuthPolicy({ path: '/', allow: 'unauthenticated' });
  plugin.router.use('/x', (_req, res) => void res.send('fine'));
  plugin.router.use('/api/app', (_req, res) => void res.send('index'));
  return plugin;
}

function open(port: number, text = ''): Socket {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  onTestFinished(() => void socket.destroy());
  if (text !== '') socket.write(text, 'latin1');
  return socket;
}

/** All that comes back on a connection until it is closed, be it by a reset. */
async function readAll(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (chunk) => (text += chunk.toString('latin1')));
  // Not `once` of node:events, which rejects for the error before the close.
  await new Promise((resolve) => void socket.once('close', resolve));
  return text;
}

function statusesIn(text: string): number[] {
  return [...text.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => Number(status));
}

const LAST = 'Host: a\r\nConnection: close\r\n';

/** A request without a body, as the last one of its connection. */
function get(target: string, headers = ''): string {
  return `GET ${target} HTTP/1.1\r\n${LAST}${headers}\r\n`;
}

function post(headers: string, body = ''): string {
  return `POST /api/p/echo HTTP/1.1\r\n${LAST}Content-Type: application/json\r\n${headers}\r\n${body}`;
}

type Fault = [title: string, sent: string, statuses: number[]];

const TARGETS: Fault[] = [
  ['a malformed escape in a parameter', get('/api/p/items/%E0%A4%A'), [400]],
  ['a malformed escape in a plugin id', get('/api/%E0%A4%A'), [404]],
  ['a malformed escape for the index', get('/%E0%A4%A'), [200]],
  ['a malformed escape in a query', get('/x?%E0%A4%A'), [200]],
  ['an escaped NUL', get('/api/p/items/%00'), [200]],
  ['a bare NUL', get('/api/p/items/\0'), [400]],
  ['a bare letter beyond ASCII', get('/api/p/items/\u00e9'), [400]],
  ['two slashes', get('//'), [200]],
  ['two slashes before a plugin, which is not its path', get('//api/p/items/1'), [200]],
  ['two slashes before a plugin id', get('/api//p/items/1'), [404]],
  ['a way up, which nobody follows', get('/x/../api/p/items/1'), [200]],
  ['a way up beyond the root', get('/../api/none'), [200]],
  ['an escaped way up inside the API', get('/api/%2e%2e/x'), [404]],
  ['a path of backslashes', get('\\api\\p'), [400]],
  ['backslashes in a path', get('/api\\p\\items'), [200]],
  ['a name that objects inherit', get('/api/__proto__/x'), [404]],
  ['another name that objects inherit', get('/api/constructor'), [404]],
  ['a query that reaches for prototypes', get('/x?__proto__[a]=1&a[b][c][d][e][f][g]=1'), [200]],
  ['a whole URL', get('http://other.test/api/p/items/1'), [200]],
  ['a whole URL without a path', get('http://other.test'), [200]],
  ['a whole URL without a host', get('http:///api/p/items/1'), [200]],
  ['another kind of URL', get('javascript:alert(1)'), [400]],
  ['a fragment', get('/x#a'), [200]],
  ['a target of 20,000 characters', get(`/${'a'.repeat(20_000)}`), [431]],
];

const START_LINES: Fault[] = [
  ['OPTIONS *', `OPTIONS * HTTP/1.1\r\n${LAST}\r\n`, [200]],
  ['CONNECT, which only proxies take', `CONNECT a:80 HTTP/1.1\r\n${LAST}\r\n`, []],
  ['a rare method', `PROPFIND /api/p/items/1 HTTP/1.1\r\n${LAST}\r\n`, [404]],
  ['an unknown method', `NONSENSE /x HTTP/1.1\r\n${LAST}\r\n`, [400]],
  ['a method in lower case', `get /x HTTP/1.1\r\n${LAST}\r\n`, [400]],
  ['HTTP/1.0', 'GET /x HTTP/1.0\r\n\r\n', [200]],
  ['an HTTP version that is none', `GET /x HTTP/1.2\r\n${LAST}\r\n`, [400]],
  ['the start of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', [400]],
  ['the start of TLS', '\x16\x03\x01\x02\x00\x01\x00', [400]],
  ['garbage', '\x00\x01\x02\r\n\r\n', [400]],
  ['two requests at once', `GET /x HTTP/1.1\r\nHost: a\r\n\r\n${get('/api/none')}`, [200, 404]],
];

const HEADERS: Fault[] = [
  ['no host', 'GET /x HTTP/1.1\r\nConnection: close\r\n\r\n', [400]],
  ['an empty host', 'GET /x HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n', [200]],
  ['two hosts', get('/x', 'Host: b\r\n'), [200]],
  ['a space in a name', get('/x', 'X A: 1\r\n'), [400]],
  ['a NUL in a value', get('/x', 'X-A: a\0b\r\n'), [400]],
  ['a value over two lines', get('/x', 'X-A: 1\r\n  2\r\n'), [400]],
  ['lines without carriage returns', 'GET /x HTTP/1.1\nHost: a\n\n', [400]],
  ['a value of 20,000 characters', get('/x', `X-A: ${'a'.repeat(20_000)}\r\n`), [431]],
  ['5,000 headers', get('/x', 'X-A: 1\r\n'.repeat(5000)), [431]],
  ['malformed cookies', get('/x', 'Cookie: =;;;=a; backstage-auth=%E0%A4%A; b\r\n'), [200]],
  [
    'two kinds of authorization',
    get('/x', 'Authorization: Bearer\r\nAuthorization: Basic x\r\n'),
    [200],
  ],
  ['encodings that nobody knows', get('/x', 'Accept-Encoding: ;q=x,,nonsense;q=2,*\r\n'), [200]],
  ['a range that is none', get('/x', 'Range: bytes=9-1,-\r\nIf-None-Match: W/"\r\n'), [200]],
];

const BODIES: Fault[] = [
  ['two lengths', post('Content-Length: 2\r\nContent-Length: 3\r\n', '{}'), [400]],
  [
    'a length and chunks',
    post('Content-Length: 2\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'),
    [400],
  ],
  [
    'chunks that are not last',
    post('Transfer-Encoding: chunked, identity\r\n', '0\r\n\r\n'),
    [400],
  ],
  ['a space before the colon', post('Transfer-Encoding : chunked\r\n', '0\r\n\r\n'), [400]],
  ['a negative length', post('Content-Length: -1\r\n'), [400]],
  ['a length with a sign', post('Content-Length: +2\r\n', '{}'), [400]],
  ['a length beyond all numbers', post(`Content-Length: ${'9'.repeat(30)}\r\n`), [400]],
  ['a chunk of no length', post('Transfer-Encoding: chunked\r\n', 'zz\r\n'), [400]],
  [
    'a chunk with a long extension',
    post('Transfer-Encoding: chunked\r\n', `2;${'a'.repeat(20_000)}\r\n{}\r\n0\r\n\r\n`),
    [413],
  ],
  [
    'one that asks before it is sent',
    post('Content-Length: 2\r\nExpect: 100-continue\r\n', '{}'),
    [100, 200],
  ],
  [
    'one that expects what nobody knows',
    post('Content-Length: 2\r\nExpect: nonsense\r\n', '{}'),
    [417],
  ],
  ['more than its reader takes', post('Content-Length: 2002\r\n', `"${'a'.repeat(2000)}"`), [413]],
  [
    'large, for somebody who reads none of it',
    `POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3000000\r\n\r\n${'a'.repeat(3_000_000)}${get('/x')}`,
    [200, 200],
  ],
  ['JSON that is none', post('Content-Length: 1\r\n', '{'), [400]],
  ['an unknown encoding', post('Content-Length: 2\r\nContent-Encoding: nonsense\r\n', '{}'), [415]],
  [
    'an encoding that it is not in',
    post('Content-Length: 2\r\nContent-Encoding: gzip\r\n', '{}'),
    [400],
  ],
];

/** Express's whole application, as the stock backend has it: it has to say the same. */
const EXPRESS: RootHttpRouterFactoryOptions = { configure: (context) => context.applyDefaults() };

describe.each([
  ['the target of a request', TARGETS],
  ['the start line of a request', START_LINES],
  ['the headers of a request', HEADERS],
  ['the body of a request', BODIES],
])('%s', (_, faults) => {
  it.each(faults)('may be %s', async (_title, sent, statuses) => {
    for (const chain of [{}, EXPRESS]) {
      const { port, logger, pluginLogger, request: ask } = await serveAll({}, chain);

      expect(statusesIn(await readAll(open(port, sent)))).toEqual(statuses);
      expect((await ask('/x')).body).toBe('fine');
      const lines = [...logger.lines, ...pluginLogger.lines];
      expect(lines.filter(({ level }) => level === 'error' || level === 'warn')).toEqual([]);
    }
  });
});

describe('a client', () => {
  it.each([
    ['begins a header', { headersTimeout: 100 }, 'GET /x HTTP/1.1\r\nHost'],
    ['never ends its header', { headersTimeout: 100 }, 'GET /x HTTP/1.1\r\nHost: a\r\nX-A: '],
    ['never ends its body', { requestTimeout: 100 }, post('Content-Length: 900\r\n', '"')],
    ['announces more than is read', { requestTimeout: 100 }, post('Content-Length: 9999\r\n', '"')],
  ])('that %s is sent away with 408 in time', async (_, server, sent) => {
    const { port } = await serveAll({ server });
    const socket = open(port, sent);
    const trickle = setInterval(() => socket.write('a'), 20);
    socket.on('close', () => clearInterval(trickle));

    expect(statusesIn(await readAll(socket))).toEqual([408]);
  });

  it('that says nothing at all is sent away when backend.server.timeout is over', async () => {
    const { port } = await serveAll({ server: { timeout: 100 } });

    expect(await readAll(open(port))).toBe('');
  });

  it('that never reads holds up nobody else, and not the stop', async () => {
    const {
      port,
      router,
      lifecycle,
      request: ask,
    } = await serveAll({
      lifecycle: { serverDrainTimeout: { milliseconds: 100 } },
    });
    const begun = moment();
    router.use('/large', (_req, res) => {
      res.end(Buffer.alloc(50_000_000));
      begun.tell();
    });
    const socket = open(port);
    socket.pause();
    socket.write(get('/large'));
    await begun.come;

    expect((await ask('/x')).body).toBe('fine');
    const begin = performance.now();
    await lifecycle.beforeShutdown();
    await lifecycle.shutdown();
    expect(performance.now() - begin).toBeLessThan(2000);
  });

  it.each([
    ['in its header', 'POST /api/p/echo HTTP/1.1\r\nHos'],
    ['in its body', post('Content-Length: 100\r\n', '{"a":')],
    ['in a chunk', post('Transfer-Encoding: chunked\r\n', '64\r\n{"a"')],
    ['after its request', get('/hanging')],
  ])('may go away %s', async (_, sent) => {
    const { port, router, server, logger, pluginLogger, request: ask } = await serveAll();
    router.use('/hanging', () => {});
    const sockets = [open(port), open(port)];
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    for (const socket of sockets) socket.write(sent);
    await ask('/x');

    sockets[0]!.destroy();
    sockets[1]!.resetAndDestroy();

    await vi.waitFor(async () => expect(await countConnections(server)).toBe(0));
    expect((await ask('/x')).body).toBe('fine');
    const lines = [...logger.lines, ...pluginLogger.lines];
    expect(lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('may break a connection whose upgrade nobody takes up', async () => {
    const { port, server, request: ask } = await serveAll();
    const seen = moment();
    server.on('upgrade', (_req, socket: Socket) => {
      socket.resume(); // a listener that looks at the path and finds that it is another's
      seen.tell();
    });
    const socket = open(port, get('/x', 'Upgrade: own\r\n').replace('close', 'Upgrade'));
    await seen.come;

    socket.resetAndDestroy();

    // An error that nobody listens for would end the process.
    await vi.waitFor(async () => expect(await countConnections(server)).toBe(0));
    expect((await ask('/x')).body).toBe('fine');
  });
});

describe('a response', () => {
  it.each<[string, RequestHandler]>([
    ['a header with a line break', (_req, res) => void res.set('X-A', 'a\r\nb').send('x')],
    ['a header with a letter of another alphabet', (_req, res) => void res.set('X-A', 'ж').send()],
    ['a header name that is none', (_req, res) => void res.set('X A', 'a').send('x')],
    ['a status that is none', (_req, res) => void res.status(99).json({})],
    [
      'JSON of what has no end',
      (_req, res) => {
        const a = {};
        res.json(Object.assign(a, { a }));
      },
    ],
  ])('cannot be %s: that is a 500, with all the security headers', async (_, handler) => {
    const { router, request: ask } = await serve();
    router.use('/y', handler);
    const answer = await ask('/y');

    expect(answer).toMatchObject({ status: 500, headers: { 'x-frame-options': 'SAMEORIGIN' } });
    expect(JSON.parse(answer.body)).toMatchObject({ response: { statusCode: 500 } });
  });
});

describe('2,000 connections, one after the other', () => {
  it('leave no connection, timer or memory behind', async () => {
    const { port, server, logger } = await serveAll();
    const open20 = () =>
      Promise.all(
        Array.from({ length: 20 }, (_, at) =>
          at % 4 === 0
            ? readAll(connect(port, '127.0.0.1').end(get('/api/p/items/1')))
            : request(port, { path: at % 2 ? '/x' : '/none' }),
        ),
      );
    const openAll = async (count: number) => {
      for (let n = 0; n < count; n += 20) await open20();
      await vi.waitFor(async () => expect(await countConnections(server)).toBe(0));
      logger.lines.length = 0; // the log of these tests keeps all its lines
    };
    await openAll(400);
    const [resources, heap] = [process.getActiveResourcesInfo().length, heapUsed()];

    await openAll(2000);

    expect(process.getActiveResourcesInfo().length).toBeLessThanOrEqual(resources + 3);
    expect(heapUsed() - heap).toBeLessThan(1_000_000);
  });
});

function countConnections(server: Plugin['server']): Promise<number> {
  return new Promise((resolve) => server.getConnections((_error, count) => resolve(count)));
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** In bytes, of what is still in use. */
function heapUsed(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}
