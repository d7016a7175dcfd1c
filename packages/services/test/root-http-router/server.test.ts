import { ConfigReader } from '@stagewire/config';
import type { DrivenRootLifecycle } from '@stagewire/plugin-api/internal';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { Agent, request as sendRequest } from 'node:http';
import { get as getHttps } from 'node:https';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { rootLifecycleServiceFactory } from '../../src/lifecycle/root-lifecycle-service-factory.js';
import { rootHttpRouterServiceFactory } from '../../src/root-http-router/root-http-router-service-factory.js';
import { make, moment, recordingLogger, request, serve } from '../http/harness.js';
import { makeCertificate } from '../support/make-certificate.js';

const doNothing = () => {};

describe('the root HTTP server', () => {
  it('[RHR-1] listens as soon as the service is there, and logs where', async () => {
    const { request, port, server, logger } = await serve();

    expect((await request('/')).status).toBe(404);
    expect(server.listening).toBe(true);
    expect(logger.lines).toContainEqual({
      level: 'info',
      message: `Listening on 127.0.0.1:${port}`,
      meta: undefined,
      fields: { service: 'rootHttpRouter' },
    });
  });

  it('[RHR-1] tells which port is in use, where it is configured, and how to go on', async () => {
    const { port } = await serve();

    await expect(serve({ listen: `127.0.0.1:${port}` })).rejects.toThrow(
      expect.objectContaining({
        code: 'E_PORT_IN_USE',
        message: `cannot listen on 127.0.0.1:${port} (backend.listen): another process has this port`,
        fix: expect.stringContaining('port 0 takes any free one') as string,
        cause: expect.objectContaining({ code: 'EADDRINUSE' }) as Error,
      }),
    );
  });

  it('tells when it cannot listen for another reason', async () => {
    await expect(serve({ listen: { host: '192.0.2.1', port: 0 } })).rejects.toThrow(
      expect.objectContaining({
        code: 'E_CANNOT_LISTEN',
        message: expect.stringContaining('192.0.2.1:0 (backend.listen)') as string,
      }),
    );
  });

  it('[RHR-12] takes its limits from backend.server, and warns of those it cannot use', async () => {
    const { server, logger } = await serve({
      server: {
        headersTimeout: 1000,
        requestTimeout: { seconds: 2 },
        keepAliveTimeout: '3s',
        timeout: 'PT4S',
        maxHeadersCount: 5,
        maxRequestsPerSocket: 6,
      },
    });
    expect(server).toMatchObject({
      headersTimeout: 1000,
      requestTimeout: 2000,
      keepAliveTimeout: 3000,
      timeout: 4000,
      maxHeadersCount: 5,
      maxRequestsPerSocket: 6,
    });
    expect(logger.lines.filter((line) => line.level === 'warn')).toEqual([]);

    const broken = await serve({
      server: { headersTimeout: '7', keepAliveTimeout: -1, maxHeadersCount: 'many' },
    });
    expect(broken.server.keepAliveTimeout).toBe(5000);
    const warnings = broken.logger.lines.filter((line) => line.level === 'warn');
    expect(warnings.map((line) => line.message.split(':')[0])).toEqual([
      'Ignoring backend.server.headersTimeout',
      'Ignoring backend.server.keepAliveTimeout',
      'Ignoring backend.server.maxHeadersCount',
    ]);
  });

  it('[RHR-14] starts, tells its port, and stops', async () => {
    const { server, port } = await serve();
    expect(port).toBe((server.address() as AddressInfo).port);

    await Promise.all([server.stop(), server.stop()]);

    expect(() => server.port()).toThrow('does not listen');
    await expect(request(port, '/')).rejects.toThrow('ECONNREFUSED');
  });

  it('logs an error of the listening socket instead of falling over it', async () => {
    const { server, logger } = await serve();
    const error = new Error('accept EMFILE');

    server.emit('error', error);

    expect(logger.lines).toContainEqual(expect.objectContaining({ level: 'error', meta: error }));
  });

  it('answers a malformed request with 400, and goes on', async () => {
    const { port, request, router } = await serve();
    router.use('/x', (_req, res) => void res.send('fine'));
    const socket = connect(port, '127.0.0.1');
    socket.write('GET /x HTTP/1.1\r\nHost: a\r\nBad Header\r\n\r\n');
    const [answer] = (await once(socket, 'data')) as [Buffer];

    expect(answer.toString()).toMatch(/^HTTP\/1.1 400 /);
    expect((await request('/x')).body).toBe('fine');
    socket.destroy();
  });

  it('destroys a response that fails after it has begun, and logs it', async () => {
    const { port, router, logger } = await serve();
    const failure = new Error('too late');
    router.use('/x', (_req, res) => {
      res.set('Content-Length', '100').write('begun');
      throw failure;
    });

    await expect(request(port, '/x')).rejects.toThrow(/aborted|hang up/);
    expect(logger.lines).toContainEqual(
      expect.objectContaining({
        message: 'Request failed without an error response',
        meta: failure,
      }),
    );
  });

  it('leaves a response alone that fails after it has ended', async () => {
    const { request, router, logger } = await serve();
    router.use('/x', (async (_req: unknown, res: { send(body: string): void }) => {
      res.send('done');
      throw new Error('afterwards');
    }) as never);

    expect((await request('/x')).body).toBe('done');
    await vi.waitFor(() => expect(logger.lines.some((line) => line.level === 'error')).toBe(true));
  });
});

describe('[RHR-8] backend.trustProxy', () => {
  const headers = { 'x-forwarded-for': '1.2.3.4', 'x-forwarded-proto': 'https' };

  it.each([
    [undefined, { ip: '127.0.0.1', protocol: 'http' }],
    [false, { ip: '127.0.0.1', protocol: 'http' }],
    [true, { ip: '1.2.3.4', protocol: 'https' }],
    [1, { ip: '1.2.3.4', protocol: 'https' }],
    ['loopback', { ip: '1.2.3.4', protocol: 'https' }],
    [['127.0.0.0/8'], { ip: '1.2.3.4', protocol: 'https' }],
    ['10.0.0.0/8', { ip: '127.0.0.1', protocol: 'http' }],
  ])('can be %j', async (trustProxy, seen) => {
    const { router, request } = await serve(trustProxy === undefined ? {} : { trustProxy });
    router.use('/x', (req, res) => void res.json({ ip: req.ip, protocol: req.protocol }));

    expect(JSON.parse((await request({ path: '/x', headers })).body)).toEqual(seen);
  });

  it.each(['nonsense', { a: 1 }])('is refused at the start when it is %j', async (trustProxy) => {
    const refusal = expect.objectContaining({ code: 'E_TRUST_PROXY' }) as Error;

    await expect(serve({ trustProxy })).rejects.toThrow(refusal);
    await expect(serve({ trustProxy }, { router: { configure: doNothing } })).rejects.toThrow(
      refusal,
    );
  });
});

describe('[RHR-13] the shutdown', () => {
  it('closes idle connections at once, also those that never sent anything', async () => {
    const { port, lifecycle, server } = await serve();
    const agent = new Agent({ keepAlive: true });
    await request(port, { path: '/', agent });
    const silent = connect(port, '127.0.0.1');
    await once(silent, 'connect');
    await vi.waitFor(async () => {
      const count = await new Promise((resolve) => server.getConnections((_, n) => resolve(n)));
      expect(count).toBe(2);
    });
    const closed = once(silent, 'close');

    const start = performance.now();
    await lifecycle.beforeShutdown();
    await lifecycle.shutdown();

    expect(performance.now() - start).toBeLessThan(1000);
    await closed;
    agent.destroy();
  });

  it('lets a running request finish, and tells its client to close the connection', async () => {
    const { port, router, lifecycle } = await serve();
    const [begun, finished] = [moment(), moment()];
    router.use('/slow', async (_req, res) => {
      begun.tell();
      await finished.come;
      res.send('finished');
    });
    const agent = new Agent({ keepAlive: true });
    const answer = request(port, { path: '/slow', agent });
    await begun.come;

    const stopped = lifecycle.shutdown();
    await expect(request(port, '/')).rejects.toThrow('ECONNREFUSED');
    finished.tell();

    expect(await answer).toMatchObject({ status: 200, body: 'finished' });
    expect((await answer).headers.connection).toBe('close');
    await stopped;
    agent.destroy();
  });

  it('closes the connection of a response whose header promised to keep it', async () => {
    const { port, router, lifecycle } = await serve();
    const finished = moment();
    router.use('/slow', async (_req, res) => {
      res.flushHeaders();
      await finished.come;
      res.end('finished');
    });
    const agent = new Agent({ keepAlive: true });
    const sent = sendRequest({ host: '127.0.0.1', port, path: '/slow', agent }).end();
    const [response] = (await once(sent, 'response')) as [NodeJS.ReadableStream];
    expect((response as never as { headers: object }).headers).toMatchObject({
      connection: 'keep-alive',
    });

    const stopped = lifecycle.shutdown();
    finished.tell();
    response.resume();
    const start = performance.now();
    await stopped;

    expect(performance.now() - start).toBeLessThan(1000); // far less than Node's keep-alive time
    agent.destroy();
  });

  it('cuts off what takes longer than the drain timeout, upgraded connections too', async () => {
    const { port, router, server, lifecycle } = await serve({
      lifecycle: { serverDrainTimeout: { milliseconds: 50 } },
    });
    router.use('/endless', (_req, res) => void res.write('a'));
    server.on('upgrade', (_req, socket: Socket) => {
      socket.on('error', () => {});
      socket.write(
        'HTTP/1.1 101 Switching Protocols\r\nUpgrade: own\r\nConnection: Upgrade\r\n\r\n',
      );
    });
    const sockets = ['', 'Upgrade: own\r\nConnection: Upgrade\r\n'].map((header) => {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => {});
      socket.write(`GET /endless HTTP/1.1\r\nHost: a\r\n${header}\r\n`);
      return socket;
    });
    await Promise.all(sockets.map((socket) => once(socket, 'data')));
    const closed = Promise.all(sockets.map((socket) => once(socket, 'close')));

    await lifecycle.shutdown();
    await closed;
  });

  it('serves on during serverShutdownDelay, not ready and sending clients elsewhere', async () => {
    const { port, lifecycle } = await serve({
      lifecycle: { serverShutdownDelay: { milliseconds: 200 } },
    });
    await lifecycle.startup();
    const agent = new Agent({ keepAlive: true });
    const path = '/.backstage/health/v1/readiness';
    expect((await request(port, { path, agent })).headers.connection).toBe('keep-alive');

    const start = performance.now();
    const delayed = lifecycle.beforeShutdown();
    const answer = await request(port, { path, agent });
    await delayed;

    expect(answer).toMatchObject({ status: 503, headers: { connection: 'close' } });
    expect(performance.now() - start).toBeGreaterThanOrEqual(190);
    agent.destroy();
  });

  it('closes all connections at once in development', async () => {
    vi.stubEnv('NODE_ENV', 'development');
    onTestFinished(() => void vi.unstubAllEnvs());
    const { port, router, lifecycle } = await serve();
    router.use('/endless', (_req, res) => void res.write('a'));
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write('GET /endless HTTP/1.1\r\nHost: a\r\n\r\n');
    await once(socket, 'data');
    const closed = once(socket, 'close');

    await lifecycle.shutdown();
    await closed;
  });

  it('does nothing when the port never opened', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const logger = recordingLogger();
    const lifecycle = await make<DrivenRootLifecycle>(rootLifecycleServiceFactory, { logger });
    const listen = `127.0.0.1:${(taken.address() as AddressInfo).port}`;
    const config = new ConfigReader({ backend: { listen } });
    const deps = { config, logger, lifecycle, health: {} };
    await expect(make(rootHttpRouterServiceFactory, deps)).rejects.toThrow('another process');

    await lifecycle.beforeShutdown();
    await lifecycle.shutdown();

    expect(logger.lines.filter((line) => line.level === 'error')).toEqual([]);
    await new Promise((resolve) => taken.close(resolve));
  });
});

describe('an upgrade request', () => {
  it('reaches the router as a plain request, with the server behind its socket', async () => {
    const { port, router, server } = await serve();
    router.use('/signals', (req, res) => {
      const behind = (req.socket as unknown as { server: unknown }).server === server;
      res.json({ behind, upgrade: req.headers.upgrade });
    });
    const headers = { connection: 'upgrade', upgrade: 'websocket' };

    expect(JSON.parse((await request(port, { path: '/signals', headers })).body)).toEqual({
      behind: true,
      upgrade: 'websocket',
    });
  });

  it('reaches a listener that a plugin adds through the socket', async () => {
    const { port, router } = await serve();
    router.use('/signals', (req, res) => {
      const { server: behind } = req.socket as unknown as { server: NodeJS.EventEmitter };
      behind.once('upgrade', (_req: unknown, socket: Socket) =>
        socket.end('HTTP/1.1 101 OK\r\nUpgrade: own\r\nConnection: Upgrade\r\n\r\n'),
      );
      res.end();
    });
    await request(port, '/signals');
    const upgrade = sendRequest({
      host: '127.0.0.1',
      port,
      path: '/signals',
      headers: { connection: 'upgrade', upgrade: 'websocket' },
    }).end();
    const [response, socket] = (await once(upgrade, 'upgrade')) as [{ statusCode: number }, Socket];

    expect(response.statusCode).toBe(101);
    socket.destroy();
  });
});

function getSecurely(port: number, ca: string, servername = 'localhost') {
  return new Promise<{ status: number; body: string }>((resolve, reject) => {
    getHttps({ host: '127.0.0.1', port, path: '/x', ca, servername, agent: false }, (res) => {
      res.on('data', (chunk) => resolve({ status: res.statusCode ?? 0, body: String(chunk) }));
    }).on('error', reject);
  });
}

describe('[RHR-11] HTTPS', () => {
  it('serves with the certificate from the configuration', async () => {
    const { cert, key } = await makeCertificate();
    const { port, router } = await serve({ https: { certificate: { cert, key } } });
    router.use('/x', (req, res) => void res.json({ secure: req.secure, protocol: req.protocol }));

    expect(await getSecurely(port, cert)).toEqual({
      status: 200,
      body: '{"secure":true,"protocol":"https"}',
    });
    await expect(getSecurely(port, cert, 'other.example')).rejects.toThrow('altnames');
  });

  it.each([
    [{}],
    [{ certificate: {} }],
    [{ certificate: { cert: 'x' } }],
    [{ certificate: { cert: 'x', key: 'y' } }],
  ])('refuses %j', async (https) => {
    await expect(serve({ https })).rejects.toThrow(
      expect.objectContaining({ code: 'E_HTTPS_CERTIFICATE' }),
    );
  });

  it('makes a certificate for the host of backend.baseUrl when it is true', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'https-'));
    const cwd = vi.spyOn(process, 'cwd').mockReturnValue(folder);
    onTestFinished(async () => {
      cwd.mockRestore();
      await rm(folder, { recursive: true });
    });
    const { port, router } = await serve({ https: true, baseUrl: 'https://portal.test:7007' });
    router.use('/x', (_req, res) => void res.send('safe'));
    const kept = await readFile(join(folder, '.dev-cert.pem'), 'utf8');

    for (const name of ['portal.test', 'localhost', 'localhost.localdomain']) {
      expect(await getSecurely(port, kept, name)).toEqual({ status: 200, body: 'safe' });
    }
  });

  it('is off when it is false', async () => {
    const { request } = await serve({ https: false });

    expect((await request('/')).status).toBe(404);
  });
});
