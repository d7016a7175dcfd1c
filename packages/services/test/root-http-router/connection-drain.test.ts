import { once } from 'node:events';
import { Agent } from 'node:http';
import { get as getSecurely } from 'node:https';
import { connect, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { moment, request, serve, type Served } from '../http/harness.js';
import { makeCertificate } from '../support/make-certificate.js';

/** Far less than the drain timeout, which is half a minute. */
const SOON = 2000;

function open(port: number, text: string): Socket {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(text);
  return socket;
}

async function stop({ lifecycle }: Served): Promise<number> {
  const begin = performance.now();
  await lifecycle.beforeShutdown();
  await lifecycle.shutdown();
  return performance.now() - begin;
}

describe('[RHR-13] what ends by no request', () => {
  it('is closed as soon as nothing else is going on', async () => {
    const served = await serve();
    const { router, server, port } = served;
    router.use('/stream', (_req, res) => {
      res.writeHead(200, { 'Content-Type': 'text/event-stream' });
      res.write('data: 1\n\n');
    });
    server.on('upgrade', (_req, socket: Socket) => {
      socket.on('error', () => {});
      socket.write('HTTP/1.1 101 OK\r\nUpgrade: own\r\nConnection: Upgrade\r\n\r\n');
    });
    const sockets = [
      open(port, 'GET /stream HTTP/1.1\r\nHost: a\r\n\r\n'),
      open(port, 'GET / HTTP/1.1\r\nHost: a\r\nUpgrade: own\r\nConnection: Upgrade\r\n\r\n'),
    ];
    await Promise.all(sockets.map((socket) => once(socket, 'data')));
    // Half a header, as somebody sends who wants to hold a server up.
    sockets.push(open(port, 'GET / HTTP/1.1\r\nHost'));
    await request(port, '/'); // the server has read all that by now
    const closed = Promise.all(sockets.map((socket) => once(socket, 'close')));

    expect(await stop(served)).toBeLessThan(SOON);
    await closed;
  });

  it('stays open while a request is still answered, and through the whole answer', async () => {
    const served = await serve();
    const { router, port } = served;
    const [begun, finished] = [moment(), moment()];
    router.use('/stream', (_req, res) => {
      res.type('text/event-stream').write('data: 1\n\n');
    });
    router.use('/slow', async (_req, res) => {
      begun.tell();
      await finished.come;
      res.send('x'.repeat(3_000_000));
    });
    const stream = open(port, 'GET /stream HTTP/1.1\r\nHost: a\r\n\r\n');
    await once(stream, 'data');
    const slow = request(port, '/slow');
    await begun.come;
    const stopped = stop(served);
    await new Promise((resolve) => setTimeout(resolve, 150)); // three sweeps
    expect(stream.destroyed).toBe(false);
    const closed = once(stream, 'close');

    finished.tell();

    expect((await slow).body.length).toBe(3_000_000);
    expect(await stopped).toBeLessThan(SOON);
    await closed;
  });

  it('is a TLS connection that nothing was ever sent through', async () => {
    const { cert, key } = await makeCertificate();
    const served = await serve({ https: { certificate: { cert, key } } });
    const silent = connectSecurely({ port: served.port, host: '127.0.0.1', ca: cert });
    silent.on('error', () => {});
    await once(silent, 'secureConnect');
    const handshake = open(served.port, '');
    await once(handshake, 'connect');
    const closed = Promise.all([once(silent, 'close'), once(handshake, 'close')]);
    silent.resume();

    expect(await stop(served)).toBeLessThan(SOON);
    await closed;
  });
});

describe('[RHR-13] a request through TLS', () => {
  it('is answered to its end', async () => {
    const { cert, key } = await makeCertificate();
    const served = await serve({ https: { certificate: { cert, key } } });
    const [begun, finished] = [moment(), moment()];
    served.router.use('/slow', async (_req, res) => {
      begun.tell();
      await finished.come;
      res.send('finished');
    });
    const answer = new Promise<string>((resolve, reject) => {
      const options = { host: '127.0.0.1', port: served.port, path: '/slow', ca: cert };
      getSecurely({ ...options, agent: false }, (res) =>
        res.on('data', (chunk) => resolve(String(chunk))),
      ).on('error', reject);
    });
    await begun.come;
    const stopped = stop(served);
    await new Promise((resolve) => setTimeout(resolve, 150)); // three sweeps

    finished.tell();

    expect(await answer).toBe('finished');
    expect(await stopped).toBeLessThan(SOON);
  });
});

describe('[RHR-13] during serverShutdownDelay', () => {
  const backend = { lifecycle: { serverShutdownDelay: { milliseconds: 300 } } };

  it('requests on connections old and new are served, and told to go elsewhere', async () => {
    const served = await serve(backend);
    const { router, port } = served;
    router.use('/x', (_req, res) => void res.send('served'));
    const agent = new Agent({ keepAlive: true });
    expect((await request(port, { path: '/x', agent })).headers.connection).toBe('keep-alive');
    const stopped = stop(served);

    for (const wanted of [{ path: '/x', agent }, '/x', { path: '/x', agent }]) {
      const answer = await request(port, wanted);
      expect(answer).toMatchObject({ status: 200, body: 'served' });
      expect(answer.headers.connection).toBe('close');
    }
    expect(await stopped).toBeGreaterThanOrEqual(290);
    agent.destroy();
  });

  it('event streams and upgraded connections go on until the end', async () => {
    const served = await serve(backend);
    const { router, server, port } = served;
    router.use('/stream', (_req, res) => void res.type('text/event-stream').write('data: 1\n\n'));
    server.on('upgrade', (_req, socket: Socket) => {
      socket.on('error', () => {});
      socket.write('HTTP/1.1 101 OK\r\nUpgrade: own\r\nConnection: Upgrade\r\n\r\n');
      socket.on('data', (chunk) => socket.write(chunk));
    });
    const stream = open(port, 'GET /stream HTTP/1.1\r\nHost: a\r\n\r\n');
    const own = open(
      port,
      'GET / HTTP/1.1\r\nHost: a\r\nUpgrade: own\r\nConnection: Upgrade\r\n\r\n',
    );
    await Promise.all([once(stream, 'data'), once(own, 'data')]);
    const stopped = stop(served);
    await request(port, '/');

    own.write('still there?');

    expect(String((await once(own, 'data'))[0])).toBe('still there?');
    expect(stream.destroyed).toBe(false);
    const closed = Promise.all([once(stream, 'close'), once(own, 'close')]);
    await stopped;
    await closed;
  });
});
