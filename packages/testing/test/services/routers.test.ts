import { describe, expect, it } from 'vitest';
import { mockCredentials, mockServices } from '../../src/index.js';

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
  it('HR-1 HR-4 serves handlers below the plugin, behind the barrier and its policies', async () => {
    await using router = mockServices.httpRouter({ pluginId: 'todo' });
    router.use((req, res) => void res.json(req.path));
    router.addAuthPolicy({ path: '/open', allow: 'unauthenticated' });

    const { url } = await router.listen();

    const authorization = mockCredentials.none.header();
    const get = (path: string) => fetch(`${url}${path}`, { headers: { authorization } });
    expect(new URL(url).pathname).toBe('/api/todo');
    expect(await (await fetch(`${url}/items`)).json()).toBe('/items');
    expect((await get('/items')).status).toBe(401);
    expect((await get('/open')).status).toBe(200);
    expect(router.handlers).toHaveLength(1);
    expect(router.policies).toEqual([{ path: '/open', allow: 'unauthenticated' }]);
  });
});
