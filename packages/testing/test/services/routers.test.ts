import { describe, expect, it } from 'vitest';
import {
  coreServices,
  createBackendPlugin,
  type HttpRouterService,
  type RootHttpRouterService,
} from '@stagewire/plugin-api';
import { mockCredentials, mockServices, startTestBackend } from '../../src/index.js';
import { describeBoth } from './both.js';

type Serving<TRouter> = AsyncDisposable & { router: TRouter; url: string };

/** The real ones run in a backend, whose plugin `test` has the router. */
async function serveFromBackend() {
  let routers: { http: HttpRouterService; root: RootHttpRouterService } | undefined;
  const plugin = createBackendPlugin({
    pluginId: 'test',
    register(reg) {
      reg.registerInit({
        deps: { http: coreServices.httpRouter, root: coreServices.rootHttpRouter },
        init: async (deps) => void (routers = deps),
      });
    },
  });
  const backend = await startTestBackend({ features: [plugin] });
  const url = `http://localhost:${backend.server.port()}`;
  return { ...routers!, url, [Symbol.asyncDispose]: () => backend.stop() };
}

describeBoth<Serving<RootHttpRouterService>>(
  'rootHttpRouter',
  {
    real: async () => {
      const { root, ...rest } = await serveFromBackend();
      return { router: root, ...rest };
    },
    fake: async () => {
      const router = mockServices.rootHttpRouter();
      const { url } = await router.listen();
      return { router, url, [Symbol.asyncDispose]: async () => router[Symbol.asyncDispose]() };
    },
  },
  (make) => {
    it('RHR-1 serves handlers below their path, and 404 for all else', async () => {
      await using serving = await make();
      serving.router.use('/a', (req, res) => void res.json(req.url));

      const found = await fetch(`${serving.url}/a/b?c=1`);
      const missing = await fetch(`${serving.url}/ab`);

      expect(await found.json()).toBe('/b?c=1');
      expect([missing.status, await missing.text()]).toEqual([404, '']);
    });
  },
);

describeBoth<Serving<HttpRouterService>>(
  'httpRouter',
  {
    real: async () => {
      const { http, url, ...rest } = await serveFromBackend();
      return { router: http, url: `${url}/api/test`, ...rest };
    },
    fake: async () => {
      const router = mockServices.httpRouter();
      const { url } = await router.listen();
      return { router, url, [Symbol.asyncDispose]: async () => router[Symbol.asyncDispose]() };
    },
  },
  (make) => {
    it('HR-1 HR-4 serves handlers below the plugin, behind the barrier and its policies', async () => {
      await using serving = await make();
      const { router, url } = serving;
      router.use((req, res) => void res.json(req.path));
      router.addAuthPolicy({ path: '/open', allow: 'unauthenticated' });

      const authorization = mockCredentials.none.header();
      const ask = (path: string, headers = {}) => fetch(`${url}${path}`, { headers });

      expect(await (await ask('/items')).json()).toBe('/items');
      expect((await ask('/items', { authorization })).status).toBe(401);
      expect((await ask('/open', { authorization })).status).toBe(200);
    });
  },
);

describe('the fake rootHttpRouter', () => {
  it('serves what was added before and after it listens, and health', async () => {
    await using router = mockServices.rootHttpRouter();
    router.use('/a', (_req, res) => void res.json('a'));

    const { url } = await router.listen();
    router.use('/b', (_req, res) => void res.json('b'));

    const paths = ['/a', '/b', '/c', '/.backstage/health/v1/readiness'];
    const answers = await Promise.all(paths.map((path) => fetch(`${url}${path}`)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 404, 200]);
    expect(router.routes.map(([path]) => path)).toEqual(['/a', '/b']);
    expect(await router.listen()).toEqual({ url });
  });

  it('refuses requests once it is disposed of', async () => {
    const router = mockServices.rootHttpRouter();
    const { url } = await router.listen();

    await router[Symbol.asyncDispose]();

    await expect(fetch(url)).rejects.toThrow();
  });

  it('needs no end when it never listened', async () => {
    await using router = mockServices.rootHttpRouter();

    expect(router.routes).toEqual([]);
  });
});

describe('the fake httpRouter', () => {
  it('shows what was added, for the plugin that is named', async () => {
    await using router = mockServices.httpRouter({ pluginId: 'todo' });
    router.use((req, res) => void res.json(req.path));
    router.addAuthPolicy({ path: '/open', allow: 'unauthenticated' });

    const { url } = await router.listen();

    expect(new URL(url).pathname).toBe('/api/todo');
    expect(router.handlers).toHaveLength(1);
    expect(router.policies).toEqual([{ path: '/open', allow: 'unauthenticated' }]);
  });
});
