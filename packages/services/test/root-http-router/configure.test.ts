import type { ServiceFactoryShape } from '@stagewire/plugin-api/internal';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { MiddlewareFactory } from '../../src/root-http-router/middleware-factory.js';
import type { RootHttpRouterConfigureContext } from '../../src/root-http-router/root-http-router-options.js';
import { rootHttpRouterServiceFactory } from '../../src/root-http-router/root-http-router-service-factory.js';
import { serve } from '../http/harness.js';

describe('[RHR-7] the root HTTP router factory', () => {
  it('is a factory, and a function that makes one', () => {
    const made = rootHttpRouterServiceFactory({}) as unknown as ServiceFactoryShape;
    const itself = rootHttpRouterServiceFactory as unknown as ServiceFactoryShape;

    for (const factory of [made, itself]) {
      expect(factory.$$type).toBe('@backstage/BackendFeature');
      expect(factory.service.id).toBe('core.rootHttpRouter');
      expect(Object.values(factory.deps).map((dep) => dep.id)).toEqual([
        'core.rootConfig',
        'core.rootLogger',
        'core.rootLifecycle',
        'core.rootHealth',
      ]);
    }
  });
});

function refuse() {
  throw new Error('not so');
}

describe('[RHR-7] configure', () => {
  it('gets all parts, before the server listens', async () => {
    let seen: RootHttpRouterConfigureContext | undefined;
    let listening: boolean | undefined;
    const { server, lifecycle } = await serve(
      {},
      {
        router: {
          configure(context) {
            seen = context;
            listening = context.server.listening;
          },
        },
      },
    );

    expect(listening).toBe(false);
    expect(seen).toMatchObject({
      app: expect.any(Function) as unknown,
      routes: expect.any(Function) as unknown,
      healthRouter: expect.any(Function) as unknown,
      applyDefaults: expect.any(Function) as unknown,
      middleware: expect.any(MiddlewareFactory) as unknown,
    });
    expect(seen?.server).toBe(server);
    expect(seen?.lifecycle).toBe(lifecycle);
    expect(seen?.config.getString('backend.listen')).toBe('127.0.0.1:0');
  });

  it('puts its own chain together, and is waited for', async () => {
    const { router, request, logger } = await serve(
      { cors: { origin: '*' } },
      {
        router: {
          async configure({ app, middleware, routes, healthRouter }) {
            await Promise.resolve();
            app.use(middleware.logging());
            app.use((_req, res, next) => {
              res.setHeader('x-own', '1');
              next();
            });
            app.use(healthRouter);
            app.use('/prefix', routes);
            app.use(middleware.notFound());
            app.use(middleware.error({ logAllErrors: true }));
          },
        },
      },
    );
    router.use('/x', (req, res) => void res.json({ base: req.baseUrl, url: req.url }));
    router.use('/bad', (_req, _res, next) => next(Object.assign(new Error('b'), { status: 400 })));

    const answer = await request('/prefix/x/1');
    expect(answer.body).toBe('{"base":"/prefix/x","url":"/1"}');
    expect(answer.headers).toMatchObject({ 'x-own': '1' });
    expect(answer.headers['content-security-policy']).toBeUndefined();
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    expect(await request('/x')).toMatchObject({ status: 404, body: '' });
    expect((await request('/.backstage/health/v1/liveness')).body).toBe('{"status":"ok"}');
    expect((await request('/prefix/bad')).status).toBe(400);
    await vi.waitFor(() => {
      const messages = logger.lines.map((line) => line.message);
      expect(messages).toContain('Request failed with status 400');
      expect(messages.filter((message) => message.includes('"GET /prefix/x/1')).length).toBe(1);
    });
  });

  it('rejects the start when it fails', async () => {
    await expect(serve({}, { router: { configure: refuse } })).rejects.toThrow('not so');
  });

  it('[RHR-8] works with the settings of the configuration', async () => {
    vi.stubEnv('NODE_ENV', 'development');
    onTestFinished(() => void vi.unstubAllEnvs());
    const { router, request } = await serve(
      { trustProxy: true },
      { router: { configure: (context) => context.applyDefaults() } },
    );
    router.use('/x', (req, res) => void res.json({ ip: req.ip }));

    const headers = { 'x-forwarded-for': '1.2.3.4' };
    expect((await request({ path: '/x', headers })).body).toBe('{\n  "ip": "1.2.3.4"\n}');
  });

  it('[RHR-13] stops as the default server does', async () => {
    const { router, request, lifecycle } = await serve(
      {},
      { router: { configure: (context) => context.applyDefaults() } },
    );
    router.use('/x', (_req, res) => void res.send('x'));

    await lifecycle.beforeShutdown();
    expect(
      (await request({ path: '/x', headers: { connection: 'keep-alive' } })).headers.connection,
    ).toBe('close');
    await lifecycle.shutdown();

    await expect(request('/x')).rejects.toThrow('ECONNREFUSED');
  });
});
