import type { RequestHandler } from 'express';
import { describe, expect, it } from 'vitest';
import type { PluginMetadataService, RootHttpRouterService } from '@stagewire/plugin-api';
import { PLUGIN_VIEW, type PluginViews } from '@stagewire/plugin-api/internal';
import { MOUNT_PLUGIN, mountsPlugins } from '../../src/http/plugin-mount.js';
import { serve } from '../http/harness.js';
import { fakeSuccession } from '../support/fake-succession.js';

const answer =
  (name: string): RequestHandler =>
  (_req, res) =>
    void res.send(name);

/** The router as a version of a plugin has it. */
const viewOf = (router: RootHttpRouterService, plugin: PluginMetadataService) =>
  (router as unknown as PluginViews<RootHttpRouterService>)[PLUGIN_VIEW](plugin, router);

describe('the root router of one version of a plugin', () => {
  it('mounts at once what the first version mounts, and withdraws it when that ends', async () => {
    const { router, request } = await serve();
    const first = fakeSuccession('a', false);
    const view = viewOf(router, first.plugin);

    view.use('/own', answer('first'));
    expect((await request('/own')).body).toBe('first');
    expect(() => view.use('/own/below', answer('again'))).toThrow('conflicts');

    await first.retire();
    expect((await request('/own')).status).toBe(404);
    router.use('/own', answer('another'));
    expect((await request('/own')).body).toBe('another');
  });

  it.each(['/own', '/own/:id', '/api/beside'])('is taken over by a later one: %s', async (path) => {
    const { router, request } = await serve();
    const [first, second] = [fakeSuccession('a', false), fakeSuccession('a')];
    const url = path.replace(':id', '1');
    viewOf(router, first.plugin).use(path, answer('first'));
    viewOf(router, second.plugin).use(path, answer('second'));
    expect((await request(url)).body).toBe('first');

    const retired = first.retire();
    second.serve();
    await retired;

    expect((await request(url)).body).toBe('second');
  });

  it('is refused what another plugin or the backend has, before it serves', async () => {
    const { router } = await serve();
    viewOf(router, fakeSuccession('b', false).plugin).use('/b', answer('b'));
    router.use('/backend', answer('backend'));
    const view = viewOf(router, fakeSuccession('a').plugin);

    for (const path of ['/b/below', '/backend']) {
      expect(() => view.use(path, answer('a'))).toThrow(
        expect.objectContaining({ code: 'E_ROOT_PATH_CONFLICT' }),
      );
    }
    expect(() => view.use('', answer('a'))).toThrow(
      expect.objectContaining({ code: 'E_ROOT_PATH_EMPTY' }),
    );
    expect(() => view.use('/x', 'no handler' as never)).toThrow(
      expect.objectContaining({ code: 'E_HTTP_HANDLER' }),
    );
  });

  it('is one that routers of plugins are mounted through', async () => {
    const { router, request } = await serve();
    const view = viewOf(router, fakeSuccession('a').plugin);
    if (!mountsPlugins(view)) throw new Error('it is not');

    const mount = view[MOUNT_PLUGIN]('a', answer('first'));
    expect((await request('/api/a')).body).toBe('first');
    await mount.withdraw().answered;
    expect((await request('/api/a')).status).toBe(404);
    view[MOUNT_PLUGIN]('a', answer('second'));
    await mount.withdraw().answered;

    expect((await request('/api/a')).body).toBe('second');
  });

  it('leads around nothing that a decorator made of the router', async () => {
    const { router, request } = await serve();
    const { plugin } = fakeSuccession('a', false);
    const paths: string[] = [];
    const use = (path: string, handler: RequestHandler) => {
      paths.push(path);
      router.use(path, handler);
    };
    const proxy = new Proxy(router, {
      get(target, name) {
        const value = (target as never)[name] as unknown;
        if (name === 'use') return use;
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
    const patched = Object.assign(Object.create(router) as typeof router, { use });

    for (const [index, decorated] of [proxy, patched].entries()) {
      viewOf(decorated, plugin).use(`/own${index}`, answer('own'));
    }

    expect(paths).toEqual(['/own0', '/own1']);
    expect((await request('/own1')).body).toBe('own');
  });

  it('leaves the index alone, which answers nowhere while nobody has it', async () => {
    const { router, request } = await serve();
    const mount = router[MOUNT_PLUGIN]('app', answer('app'));
    expect((await request('/page')).body).toBe('app');

    mount.withdraw();
    expect((await request('/page')).status).toBe(404);
    router[MOUNT_PLUGIN]('app', answer('later'));

    expect((await request('/page')).body).toBe('later');
  });
});
