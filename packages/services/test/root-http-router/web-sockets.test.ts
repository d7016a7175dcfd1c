import type { JsonObject } from '@stagewire/config';
import { once } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket, WebSocketServer, type ClientOptions } from 'ws';
import { servePlugin, type Plugin } from '../http-router/serve-plugin.js';
import { serve } from '../http/harness.js';
import { makeCertificate } from '../support/make-certificate.js';

/** Takes up WebSockets as a published plugin does: through the server behind its first request. */
function useWebSockets({ http }: Plugin, path: string): WebSocketServer {
  const webSockets = new WebSocketServer({ noServer: true });
  let subscribed = false;
  http.use((req, _res, next) => {
    if (subscribed) {
      next();
      return;
    }
    subscribed = true;
    const { server } = req.socket as unknown as { server: Server };
    server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
      if (request.url !== path) return;
      webSockets.handleUpgrade(request, socket, head, (ws) =>
        webSockets.emit('connection', ws, request),
      );
    });
    // The first attempt to upgrade is never answered; its client tries again.
    if (req.headers.upgrade === undefined) next();
  });
  webSockets.on('connection', (ws) => ws.on('message', (text) => ws.send(`${path} ${text}`)));
  onTestFinished(() => {
    for (const ws of webSockets.clients) ws.terminate();
  });
  return webSockets;
}

const USER = { headers: { authorization: 'Bearer user' } };

function openWebSocket(port: number, path: string, options: ClientOptions = {}, scheme = 'ws') {
  const ws = new WebSocket(`${scheme}://127.0.0.1:${port}${path}`, {
    handshakeTimeout: 200,
    ...options,
  });
  onTestFinished(() => ws.terminate());
  return ws;
}

/** What a client hears when it says something; it tries twice, as the first attempt is lost. */
async function echo(port: number, path: string, options: ClientOptions = USER, scheme = 'ws') {
  await once(openWebSocket(port, path, options, scheme), 'open').catch(() => undefined);
  const ws = openWebSocket(port, path, options, scheme);
  await once(ws, 'open');
  ws.send('hello');
  const [text] = (await once(ws, 'message')) as [Buffer];
  return { ws, text: String(text) };
}

async function refusalOf(ws: WebSocket): Promise<number | undefined> {
  ws.on('error', () => {});
  const [, response] = (await once(ws, 'unexpected-response')) as [unknown, IncomingMessage];
  return response.statusCode;
}

describe('a WebSocket to a plugin', () => {
  it.each<[string, JsonObject]>([
    ['plain', {}],
    ['encrypted', { https: true }],
  ])('is taken up through the server behind a request, %s', async (_, { https }) => {
    const { cert, key } = await makeCertificate();
    const plugin = await servePlugin(https ? { https: { certificate: { cert, key } } } : {});
    useWebSockets(plugin, '/api/p');
    const options = { ...USER, ca: cert };

    const { text } = await echo(plugin.port, '/api/p', options, https ? 'wss' : 'ws');

    expect(text).toBe('/api/p hello');
  });

  it('reaches the one of two plugins that its path names', async () => {
    const p = await servePlugin();
    const q = await servePlugin({}, { id: 'q', on: p });
    useWebSockets(p, '/api/p');
    useWebSockets(q, '/api/q');
    const { ws, text } = await echo(p.port, '/api/p');
    expect(text).toBe('/api/p hello');

    // From here on upgrades reach no router: the second plugin comes by the server in a request.
    expect((await q.ask('/')).status).toBe(404);
    const second = await echo(q.port, '/api/q');

    expect(second.text).toBe('/api/q hello');
    ws.send('again');
    expect(String((await once(ws, 'message'))[0])).toBe('/api/p again');
  });

  it('needs credentials like any request, while no plugin takes upgrades up itself', async () => {
    const plugin = await servePlugin();
    plugin.http.use((_req, res) => void res.status(418).end());

    expect(await refusalOf(openWebSocket(plugin.port, '/api/p'))).toBe(401);
    expect(await refusalOf(openWebSocket(plugin.port, '/api/p', USER))).toBe(418);
    plugin.http.addAuthPolicy({ path: '/open', allow: 'unauthenticated' });
    expect(await refusalOf(openWebSocket(plugin.port, '/api/p/open'))).toBe(418);
    expect(await refusalOf(openWebSocket(plugin.port, '/api/none'))).toBe(404);
  });

  it('goes on while the backend drains, and is closed at its end', async () => {
    const plugin = await servePlugin({
      lifecycle: { serverShutdownDelay: { milliseconds: 200 } },
    });
    useWebSockets(plugin, '/api/p');
    const { ws } = await echo(plugin.port, '/api/p');
    const closed = once(ws, 'close');
    const before = plugin.lifecycle.beforeShutdown();

    ws.send('draining');
    expect(String((await once(ws, 'message'))[0])).toBe('/api/p draining');
    const late = openWebSocket(plugin.port, '/api/p', USER);
    await once(late, 'open');
    await before;
    const begin = performance.now();
    await plugin.lifecycle.shutdown();

    expect(performance.now() - begin).toBeLessThan(2000);
    expect((await closed)[0]).toBe(1006);
  });

  it('can be said good-bye to by a shutdown hook of its plugin', async () => {
    const plugin = await servePlugin();
    const webSockets = useWebSockets(plugin, '/api/p');
    plugin.plugin.addShutdownHook(() => {
      for (const ws of webSockets.clients) ws.close(1001, 'restart');
    });
    const { ws } = await echo(plugin.port, '/api/p');
    const closed = once(ws, 'close');

    await plugin.lifecycle.beforeShutdown();
    await plugin.plugin.shutdown();
    const [code, reason] = (await closed) as [number, Buffer];
    await plugin.lifecycle.shutdown();

    expect([code, String(reason)]).toEqual([1001, 'restart']);
  });
});

describe('a broken upgrade', () => {
  it.each([
    ['without a key', 'Upgrade: websocket\r\nConnection: Upgrade\r\n', 400],
    ['of a version that nobody speaks', `${keyed()}Sec-WebSocket-Version: 99\r\n`, 400],
    ['with a key that is none', `${keyed('short')}Sec-WebSocket-Version: 13\r\n`, 400],
  ])('%s is refused by the listener, and the server goes on', async (_, headers, status) => {
    const plugin = await servePlugin();
    useWebSockets(plugin, '/api/p');
    await echo(plugin.port, '/api/p');
    const socket = connect(plugin.port, '127.0.0.1');
    socket.write(`GET /api/p HTTP/1.1\r\nHost: a\r\n${headers}\r\n\0\xff garbage`);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    socket.destroy();

    expect(String(answer)).toContain(`HTTP/1.1 ${status} `);
    expect((await plugin.request('/')).status).toBe(404);
  });

  it('goes to the router as a plain request when nobody listens, and the garbage behind it nowhere', async () => {
    const { port, router, request } = await serve();
    router.use('/x', (_req, res) => void res.send('plain'));
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write('GET /x HTTP/1.1\r\nHost: a\r\nUpgrade: ???\r\nConnection: Upgrade\r\n\r\n\0\xff');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    socket.destroy();

    expect(String(answer)).toMatch(/^HTTP\/1.1 (200|400) /);
    expect((await request('/x')).body).toBe('plain');
  });
});

function keyed(key = 'dGhlIHNhbXBsZSBub25jZQ=='): string {
  return `Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${key}\r\n`;
}
