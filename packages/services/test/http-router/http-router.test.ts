import { ConfigReader } from '@stagewire/config';
import { AuthenticationError } from '@stagewire/errors';
import type { ServiceFactoryShape } from '@stagewire/plugin-api/internal';
import express, { type ErrorRequestHandler, type RequestHandler } from 'express';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { httpRouterServiceFactory } from '../../src/http-router/http-router-service-factory.js';
import { recordingLogger, serve } from '../http/harness.js';
import { auth, fakeHttpAuth, servePlugin } from './serve-plugin.js';

const NOBODY = {};
const COOKIE = { cookie: 'backstage-auth=limited' };
const answer: RequestHandler = (req, res) => void res.json({ base: req.baseUrl, url: req.url });

const mend: ErrorRequestHandler = (error: Error, req, res, next) => {
  if (req.url === '/mend') res.send(`mended ${error.message}`);
  else if (req.url === '/throw') throw new Error('again');
  else next(error);
};

function errorOf({ status, body }: { status: number; body: string }) {
  const { error } = JSON.parse(body) as { error: { name: string; message: string } };
  return { status, name: error.name, message: error.message };
}

describe('the HTTP router of a plugin', () => {
  it('[HR-1] is made for every plugin, and mounted at /api/<pluginId>', async () => {
    const { http, ask } = await servePlugin();
    http.use(answer);

    expect((httpRouterServiceFactory as unknown as ServiceFactoryShape).initialization).toBe(
      'always',
    );
    expect((await ask('/a?b=c')).body).toBe('{"base":"/api/p","url":"/a?b=c"}');
  });

  it('[HR-1] is mounted with use where the root router is another one', async () => {
    const mounted: Array<[string, RequestHandler]> = [];
    const rootHttpRouter = {
      use: (path: string, handler: RequestHandler) => void mounted.push([path, handler]),
    };
    const { http, router, request } = await servePlugin({}, { rootHttpRouter });
    http.use(answer);
    expect(mounted.map(([path]) => path)).toEqual(['/api/p']);

    router.use('/elsewhere', mounted[0]![1]);
    const headers = { authorization: 'Bearer user' };
    expect((await request({ path: '/elsewhere/1', headers })).body).toContain('"url":"/1"');
  });

  it('[HR-2] shows its public keys to anybody, also before it has started', async () => {
    const { ask } = await servePlugin({}, { started: false });

    for (const path of ['/.backstage/auth/v1/jwks.json', '/.Backstage/auth/v1/JWKS.json/?x']) {
      expect(await ask(path, NOBODY)).toMatchObject({
        status: 200,
        body: '{"keys":[{"kid":"a"}]}',
      });
    }
    expect((await ask('/.backstage/auth/v1/jwks.json', NOBODY, 'HEAD')).status).toBe(200);
  });

  it('[HR-2] passes a request on to the root when none of its handlers answers', async () => {
    const { http, router, ask } = await servePlugin();
    http.use((_req, _res, next) => next());
    http.use((_req, _res, next) => next('router'));
    http.use(answer);
    router.use('/api/:id', (req, res) => void res.send(`root ${req.url}`));

    expect((await ask('/a')).body).toBe('root /a');
  });

  it('[HR-8] asks its handlers in order, and hands failures to its error handler', async () => {
    const { http, ask, pluginLogger } = await servePlugin();
    const calls: string[] = [];
    http.use((_req, _res, next) => {
      calls.push('first');
      next();
    });
    http.use((async () => {
      calls.push('second');
      return 'next';
    }) as unknown as RequestHandler);
    http.use(express.Router().get('/router', answer));
    http.use((async (req: { url: string }) => {
      if (req.url.startsWith('/reject')) throw Object.assign(new Error('later'), { status: 422 });
      throw new Error('at the end');
    }) as unknown as RequestHandler);

    expect((await ask('/router')).status).toBe(200);
    expect(calls).toEqual(['first', 'second']);
    expect(JSON.parse((await ask('/reject?x=1')).body)).toEqual({
      error: { name: 'Error', message: 'later', status: 422 },
      request: { method: 'GET', url: '/reject?x=1' },
      response: { statusCode: 422 },
    });
    expect((await ask('/other')).status).toBe(500);
    expect(pluginLogger.lines.filter((line) => line.level === 'error')).toEqual([
      expect.objectContaining({
        message: 'Request failed with status 500',
        fields: { type: 'errorHandler' },
      }),
    ]);
  });

  it('calls handlers for errors with errors, and skips the others meanwhile', async () => {
    const { http, ask } = await servePlugin();
    http.use(mend as unknown as RequestHandler);
    http.use((_req, _res, next) => next(new Error('broken')));
    http.use(answer);
    http.use(mend as unknown as RequestHandler);

    expect((await ask('/mend')).body).toBe('mended broken');
    expect(errorOf(await ask('/throw')).message).toBe('again');
    expect(errorOf(await ask('/pass')).message).toBe('broken');
  });

  it('takes a whole Express application, with its own settings', async () => {
    const { http, ask } = await servePlugin();
    const app = express();
    app.set('json spaces', 1);
    app.get('/a', (req, res) => void res.json({ query: req.query, base: req.baseUrl }));
    http.use(app);
    http.use(answer);

    const { body, headers } = await ask('/a?b[c]=1');
    expect(body).toBe('{\n "query": {\n  "b": {\n   "c": "1"\n  }\n },\n "base": "/api/p"\n}');
    expect(headers['x-frame-options']).toBe('SAMEORIGIN');
    expect((await ask('/other')).body).toContain('"url":"/other"');
  });

  it('refuses what is not a handler', async () => {
    const { http } = await servePlugin();

    expect(() => http.use('x' as unknown as RequestHandler)).toThrow(
      expect.objectContaining({
        code: 'E_HTTP_HANDLER',
        message: 'httpRouter.use() requires a middleware function but got a string',
      }),
    );
  });

  it('is made in microseconds, so that a thousand plugins start quickly', async () => {
    const served = await serve();
    const count = 2000;
    const factory = httpRouterServiceFactory as unknown as ServiceFactoryShape;
    const config = new ConfigReader({ backend: {} });
    const context = await factory.createRootContext?.({ config });
    const lifecycle = { addStartupHook() {}, addShutdownHook() {} };
    const logger = recordingLogger();
    const { httpAuth } = fakeHttpAuth();
    const start = process.cpuUsage();
    for (let n = 0; n < count; n += 1) {
      const deps = {
        plugin: { getId: () => `plugin-${n}` },
        config,
        lifecycle,
        logger,
        auth,
        httpAuth,
      };
      await factory.factory({ ...deps, rootHttpRouter: served.router }, context);
    }
    const { user, system } = process.cpuUsage(start);

    expect((user + system) / count).toBeLessThan(200);
  });
});

describe('[HR-3] the lifecycle gate', () => {
  afterEach(() => void vi.useRealTimers());

  it('holds requests until the startup hooks run', async () => {
    const { http, plugin, ask } = await servePlugin({}, { started: false });
    http.use(answer);
    let done = false;
    const waiting = ask('/a').then((result) => {
      done = true;
      return result;
    });
    await ask('/.backstage/auth/v1/jwks.json');
    expect(done).toBe(false);

    await plugin.startup();

    expect((await waiting).status).toBe(200);
  });

  it.each([
    [{}, 5000],
    [{ lifecycle: { startupRequestPauseTimeout: { seconds: 1 } } }, 1000],
    [{ lifecycle: { startupRequestPauseTimeout: '2s' } }, 2000],
  ])('with %j refuses them after %d ms', async (backend, timeout) => {
    const { http, ask, server } = await servePlugin(backend, { started: false });
    http.use(answer);
    await ask('/.backstage/auth/v1/jwks.json'); // all is loaded from here on
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const arrived = once(server, 'request');
    const waiting = ask('/a');
    await arrived;
    vi.advanceTimersByTime(timeout - 1);
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(1);

    const result = await waiting;
    expect(errorOf(result)).toEqual({
      status: 503,
      name: 'ServiceUnavailableError',
      message: 'Service has not started up yet',
    });
    expect(JSON.parse(result.body)).toMatchObject({ request: { method: 'GET', url: '/a' } });
  });

  it('refuses requests from the shutdown on, and those that still wait', async () => {
    const { http, plugin, ask } = await servePlugin({}, { started: false });
    http.use(answer);
    const waiting = ask('/a');
    await ask('/.backstage/auth/v1/jwks.json');
    await plugin.shutdown();
    await plugin.startup();

    for (const result of [await waiting, await ask('/a')]) {
      expect(errorOf(result)).toEqual({
        status: 503,
        name: 'ServiceUnavailableError',
        message: 'Service is shutting down',
      });
    }
    expect((await ask('/.backstage/auth/v1/jwks.json')).status).toBe(200);
  });

  it('does not wake the plugin for a caller who went away while it started', async () => {
    const { http, plugin, port, server, ask } = await servePlugin({}, { started: false });
    const calls: string[] = [];
    http.use((req, res) => {
      calls.push(req.url);
      res.end();
    });
    await ask('/.backstage/auth/v1/jwks.json'); // all is loaded from here on
    const arrived = once(server, 'request');
    const socket = connect(port, '127.0.0.1');
    socket.write('GET /api/p/gone HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer user\r\n\r\n');
    const [, res] = (await arrived) as [unknown, NodeJS.EventEmitter];
    socket.destroy();
    await once(res, 'close');

    await plugin.startup();
    await ask('/here');

    expect(calls).toEqual(['/here']);
  });

  it('lets the plugin be made anew on the same path after its shutdown', async () => {
    const first = await servePlugin();
    first.http.use(answer);
    await expect(servePlugin({}, { on: first })).rejects.toThrow('conflicts');
    await first.plugin.shutdown();

    const second = await servePlugin({}, { on: first });
    second.http.use((_req, res) => void res.send('second'));

    expect((await second.ask('/a')).body).toBe('second');
  });
});

describe('[HR-4] the credentials barrier', () => {
  it('asks for the credentials of a user or a service', async () => {
    const { http, ask, asked } = await servePlugin();
    http.use(answer);

    expect((await ask('/a', { authorization: 'Bearer service' })).status).toBe(200);
    expect(errorOf(await ask('/a', NOBODY))).toEqual({
      status: 401,
      name: 'AuthenticationError',
      message: 'Missing credentials',
    });
    expect(errorOf(await ask('/a', { authorization: 'Bearer broken' })).message).toBe(
      'Illegal token',
    );
    expect((await ask('/a', COOKIE)).status).toBe(401);
    expect(asked[0]).toEqual({ allow: ['user', 'service'], allowLimitedAccess: false });
  });

  it('lets policies open paths to anybody or to cookies; unauthenticated wins', async () => {
    const { http, ask, asked } = await servePlugin();
    http.use(answer);
    http.addAuthPolicy({ path: '/cookie', allow: 'user-cookie' });
    http.addAuthPolicy({ path: '/both', allow: 'user-cookie' });
    http.addAuthPolicy({ path: '/both', allow: 'unauthenticated' });
    http.addAuthPolicy({ path: '/open', allow: 'unauthenticated' });

    expect((await ask('/open', NOBODY)).status).toBe(200);
    expect((await ask('/both', NOBODY)).status).toBe(200);
    expect(asked).toEqual([]); // not even an invalid token is looked at
    expect((await ask('/cookie', NOBODY)).status).toBe(401);
    expect((await ask('/cookie', COOKIE)).status).toBe(200);
    expect((await ask('/cookie')).status).toBe(200);
    expect(asked[0]).toEqual({ allow: ['user', 'service'], allowLimitedAccess: true });
  });

  it.each([
    ['/open', '/open', true],
    ['/open', '/open/', true],
    ['/open', '/OPEN/x', true],
    ['/open', '/open?x', true],
    ['/open', '/openx', false],
    ['/open', '/', false],
    ['/open', '//open', true], // as Express cuts off the mount
    ['/open', '/x/open', false],
    ['/open', '/open%2Fx', false],
    ['/open', '/%6Fpen', false],
    ['/entity/:id', '/entity/1', true],
    ['/entity/:id', '/entity/1/more', true],
    ['/entity/:id', '/entity', false],
    ['/a/:b/c', '/a/x/c', true],
    ['/a/:b/c', '/a/x/d', false],
    ['/files/*path', '/files/a/b', true],
    ['/a{/b}/c', '/a/c', true],
    ['/', '/anything', true],
    ['*', '/any/thing', true],
  ])('[HR-5] takes the policy path %s for %s: %j', async (path, asked, open) => {
    const { http, ask } = await servePlugin();
    http.use(answer);
    http.addAuthPolicy({ path, allow: 'unauthenticated' });

    expect((await ask(asked, NOBODY)).status).toBe(open ? 200 : 401);
  });

  it('guards the path that Express will route by, whatever form the request has', async () => {
    const { http, port } = await servePlugin();
    http.use(express.Router().get('/secret', (_req, res) => void res.send('the secret')));
    http.addAuthPolicy({ path: '/open', allow: 'unauthenticated' });
    const targets = [
      '/api/p/secret#/open',
      '/api/p/secret?/open',
      'http://a/api/p/secret',
      'http://a/api/p/open/../secret',
      '/api/p/open/../secret',
      '/api/p//secret',
      '/api/p/open\\..\\secret',
      '/api/p/SECRET/',
      'http://[/api/p/secret',
    ];

    for (const target of targets) {
      const socket = connect(port, '127.0.0.1');
      socket.end(`GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
      const chunks: Buffer[] = [];
      for await (const chunk of socket) chunks.push(chunk as Buffer);
      const text = Buffer.concat(chunks).toString();
      expect({ target, text }).not.toMatchObject({
        text: expect.stringContaining('the secret') as string,
      });
      expect({ target, status: text.slice(0, 12) }).toMatchObject({
        status: expect.stringMatching(/^HTTP\/1.1 4/) as string,
      });
    }
  });

  it('refuses policies that it does not know or cannot read', async () => {
    const { http } = await servePlugin();

    expect(() => http.addAuthPolicy({ path: '/a', allow: 'everybody' as 'user-cookie' })).toThrow(
      expect.objectContaining({ code: 'E_AUTH_POLICY', message: 'Invalid auth policy' }),
    );
    expect(() => http.addAuthPolicy({ path: '/a/*', allow: 'user-cookie' })).toThrow(
      expect.objectContaining({
        code: 'E_AUTH_POLICY_PATH',
        name: 'TypeError',
        fix: expect.stringContaining("in plugin 'p', mend the policy path '/a/*'") as string,
      }),
    );
  });

  it('[HR-6] is taken away by dangerouslyDisableDefaultAuthPolicy', async () => {
    const backend = { auth: { dangerouslyDisableDefaultAuthPolicy: true } };
    const { http, ask, asked } = await servePlugin(backend);
    http.use(answer);
    http.addAuthPolicy({ path: '/cookie', allow: 'user-cookie' });

    expect((await ask('/a', NOBODY)).status).toBe(200);
    expect((await ask('/cookie', { authorization: 'Bearer broken' })).status).toBe(200);
    expect(asked).toEqual([]);
  });
});

describe('[HR-7] the cookie endpoints', () => {
  const PATH = '/.backstage/auth/v1/cookie';

  it('issue a cookie to full credentials', async () => {
    const { ask, issued } = await servePlugin();

    expect(await ask(PATH)).toMatchObject({
      status: 200,
      body: '{"expiresAt":"1970-01-01T00:00:00.000Z"}',
      headers: { 'set-cookie': ['backstage-auth=limited'] },
    });
    expect(issued).toEqual([undefined]);
    expect((await ask(PATH, COOKIE)).status).toBe(401);
  });

  it('clear the cookie', async () => {
    const { ask, issued } = await servePlugin();

    expect(await ask(PATH, undefined, 'DELETE')).toMatchObject({ status: 204, body: '' });
    expect(issued).toEqual([{ credentials: { principal: 'none' } }]);
  });

  it('answer errors as the plugin does, and leave other methods to the plugin', async () => {
    const { http, ask, httpAuth } = await servePlugin();
    http.use(answer);
    httpAuth.issueUserCookie = () => Promise.reject(new AuthenticationError('not you'));

    expect(errorOf(await ask(PATH)).status).toBe(401);
    expect(await ask(PATH, undefined, 'POST')).toMatchObject({ status: 200 });
  });
});
