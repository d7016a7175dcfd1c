import type { RequestHandler } from 'express';
import { describe, expect, it } from 'vitest';
import { ConfigReader } from '@stagewire/config';
import type { HttpRouterService, PluginMetadataService } from '@stagewire/plugin-api';
import type { ServiceFactoryShape } from '@stagewire/plugin-api/internal';
import { httpRouterServiceFactory } from '../../src/http-router/http-router-service-factory.js';
import { recordingLogger, serve } from '../http/harness.js';
import { fakeLifecycle } from '../support/fake-lifecycle.js';
import { fakeSuccession } from '../support/fake-succession.js';
import { auth, fakeHttpAuth } from './serve-plugin.js';

/** A root router that somebody else has made: what is mounted stays mounted. */
function foreign() {
  const mounted = new Map<string, RequestHandler>();
  const use = (path: string, handler: RequestHandler) => {
    if (mounted.has(path)) throw new Error(`${path} is taken`);
    mounted.set(path, handler);
  };
  return { mounted, use };
}

async function createVersions(rootHttpRouter: unknown) {
  const factory = httpRouterServiceFactory as unknown as ServiceFactoryShape;
  const logger = recordingLogger();
  const config = new ConfigReader({});
  const rootLifecycle = fakeLifecycle();
  const context = await factory.createRootContext!({ config, rootLogger: logger, rootLifecycle });
  return async (plugin: PluginMetadataService, name: string) => {
    const lifecycle = fakeLifecycle();
    const { httpAuth } = fakeHttpAuth();
    const http = (await factory.factory(
      {
        plugin,
        config,
        rootLogger: logger,
        rootLifecycle,
        lifecycle,
        rootHttpRouter,
        auth,
        httpAuth,
        logger,
      },
      context,
    )) as HttpRouterService;
    http.addAuthPolicy({ path: '/', allow: 'unauthenticated' });
    http.use((_req, res) => void res.send(name));
    await lifecycle.startup();
  };
}

describe('the routers of two versions of a plugin', () => {
  it('follow each other behind a root router that is not ours', async () => {
    const root = foreign();
    const createVersion = await createVersions(root);
    const [first, second] = [fakeSuccession('a', false), fakeSuccession('a')];
    await createVersion(first.plugin, 'first');
    await createVersion(second.plugin, 'second');
    const ask = () =>
      new Promise<string>((resolve) => {
        const res = { send: resolve, destroyed: false };
        const req = { method: 'GET', url: '/', path: '/', headers: {}, baseUrl: '' };
        root.mounted.get('/api/a')!(req as never, res as never, () => resolve('nobody'));
      });
    expect(await ask()).toBe('first');

    const retired = first.retire();
    second.serve();
    await retired;
    expect(await ask()).toBe('second');
    await second.retire();

    expect(await ask()).toBe('nobody');
  });

  it('follow each other behind our own', async () => {
    const { router, request } = await serve();
    const createVersion = await createVersions(router);
    const [first, second] = [fakeSuccession('a', false), fakeSuccession('a')];
    await createVersion(first.plugin, 'first');
    await createVersion(second.plugin, 'second');
    expect((await request('/api/a')).body).toBe('first');

    const retired = first.retire();
    second.serve();
    await retired;
    expect((await request('/api/a')).body).toBe('second');
    await second.retire();

    expect((await request('/api/a')).status).toBe(404);
  });
});
