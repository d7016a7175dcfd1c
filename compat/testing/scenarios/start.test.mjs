import {
  coreServices,
  createBackendFeatureLoader,
  createBackendPlugin,
  createServiceFactory,
  createServiceRef,
} from '@backstage/backend-plugin-api';
import { mockServices, startTestBackend } from '@backstage/backend-test-utils';

const createPlugin = (pluginId, deps, init) =>
  createBackendPlugin({
    pluginId,
    register: (env) => env.registerInit({ deps, init }),
  });

describe('a test backend', () => {
  it('takes imports of packages, promised or not', async () => {
    const ran = [];
    const plugin = (id) => createPlugin(id, {}, async () => void ran.push(id));

    await startTestBackend({
      features: [plugin('a'), Promise.resolve({ default: plugin('b') })],
    });

    expect(ran.toSorted()).toEqual(['a', 'b']);
  });

  it('runs feature loaders', async () => {
    const ran = [];

    await startTestBackend({
      features: [
        createBackendFeatureLoader({
          deps: { config: coreServices.rootConfig },
          async *loader({ config }) {
            if (!config.getOptionalBoolean('extra')) return;
            yield createPlugin('extra', {}, async () => void ran.push('extra'));
          },
        }),
        mockServices.rootConfig.factory({ data: { extra: true } }),
      ],
    });

    expect(ran).toEqual(['extra']);
  });

  it('rejects when a plugin fails, and tells why', async () => {
    const failing = createPlugin('failing', {}, async () => {
      throw new Error('no luck');
    });

    await expect(startTestBackend({ features: [failing] })).rejects.toThrow(/no luck/);
  });

  it('rejects when a service is missing', async () => {
    const nobody = createServiceRef({ id: 'nobody' });

    await expect(
      startTestBackend({ features: [createPlugin('needy', { nobody }, async () => {})] }),
    ).rejects.toThrow(/nobody/);
  });

  it('replaces services by those of the test', async () => {
    const nameRef = createServiceRef({ id: 'name' });
    const found = [];
    const name = createServiceFactory({
      service: nameRef,
      deps: { plugin: coreServices.pluginMetadata },
      factory: ({ plugin }) => `name of ${plugin.getId()}`,
    });

    await startTestBackend({
      features: [
        name,
        createPlugin('a', { name: nameRef }, async (deps) => void found.push(deps.name)),
      ],
    });

    expect(found).toEqual(['name of a']);
  });

  it('runs startup and shutdown hooks', async () => {
    const ran = [];
    const plugin = createPlugin(
      'hooked',
      { lifecycle: coreServices.lifecycle, rootLifecycle: coreServices.rootLifecycle },
      async ({ lifecycle, rootLifecycle }) => {
        lifecycle.addStartupHook(() => void ran.push('startup'));
        lifecycle.addShutdownHook(() => void ran.push('shutdown'));
        rootLifecycle.addShutdownHook(() => void ran.push('root shutdown'));
      },
    );

    const backend = await startTestBackend({ features: [plugin] });
    expect(ran).toEqual(['startup']);
    await backend.stop();
    await backend.stop();

    expect(ran).toEqual(['startup', 'shutdown', 'root shutdown']);
  });

  it('closes its port when it stops', async () => {
    const backend = await startTestBackend({ features: [] });
    const port = backend.server.port();
    const url = `http://127.0.0.1:${port}/.backstage/health/v1/liveness`;
    expect((await fetch(url)).status).toBe(200);

    await backend.stop();

    await expect(fetch(url)).rejects.toThrow();
  });

  it('has one server of each backend', async () => {
    const [one, other] = await Promise.all([
      startTestBackend({ features: [] }),
      startTestBackend({ features: [] }),
    ]);

    expect(one.server.port()).not.toBe(other.server.port());
  });
});
