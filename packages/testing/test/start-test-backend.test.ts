import { describe, expect, it, vi } from 'vitest';
import {
  coreServices,
  createBackendFeatureLoader,
  createBackendModule,
  createBackendPlugin,
  createExtensionPoint,
  createExtensionPointFactoryMiddleware,
  createServiceFactory,
  type BackendFeature,
  type RootHttpRouterService,
} from '@stagewire/plugin-api';
import { mockCredentials, mockPeer, mockServices, startTestBackend } from '../src/index.js';

const seedExtensionPoint = createExtensionPoint<{ add(title: string): void }>({ id: 'todo.seed' });

/** A module of `todo` that gives one seed. */
const seedModule = (title: string, pluginId = 'todo') =>
  createBackendModule({
    pluginId,
    moduleId: `seed-${title}`,
    register: (reg) =>
      reg.registerInit({
        deps: { seed: seedExtensionPoint },
        init: async ({ seed }) => seed.add(title),
      }),
  });

/** A plugin that does something while it starts. */
const plugin = (pluginId: string, init: () => void | Promise<void> = () => {}) =>
  createBackendPlugin({
    pluginId,
    register: (reg) => reg.registerInit({ deps: {}, init: async () => init() }),
  });

/** A plugin that answers who asks. */
const whoPlugin = createBackendPlugin({
  pluginId: 'who',
  register: (reg) =>
    reg.registerInit({
      deps: { httpAuth: coreServices.httpAuth, httpRouter: coreServices.httpRouter },
      async init({ httpAuth, httpRouter }) {
        httpRouter.use(async (req, res) => {
          res.json((await httpAuth.credentials(req)).principal);
        });
      },
    }),
});

describe('features of a test backend', () => {
  it('are taken as they are, as imports, and as what loaders return', async () => {
    const ran: string[] = [];
    const noting = (id: string) => plugin(id, () => void ran.push(id));
    const loader = createBackendFeatureLoader({ deps: {}, loader: () => [noting('loaded')] });

    await using _backend = await startTestBackend({
      features: [
        noting('plain'),
        { default: noting('imported') },
        Promise.resolve({ default: { default: noting('common-js') } }),
        loader,
      ],
    });

    expect(ran.toSorted()).toEqual(['common-js', 'imported', 'loaded', 'plain']);
  });

  it('register once', async () => {
    let count = 0;
    const counting = createBackendPlugin({
      pluginId: 'counting',
      register(reg) {
        count += 1;
        reg.registerInit({ deps: {}, init: async () => {} });
      },
    });

    await using _backend = await startTestBackend({ features: [counting] });

    expect(count).toBe(1);
  });

  it('may be modules without their plugin', async () => {
    const ran: string[] = [];
    const orphan = createBackendModule({
      pluginId: 'absent',
      moduleId: 'orphan',
      register: (reg) => reg.registerInit({ deps: {}, init: async () => void ran.push('orphan') }),
    });

    await using _backend = await startTestBackend({ features: [orphan] });

    expect(ran).toEqual(['orphan']);
  });

  it('replace the services of the backend', async () => {
    await using backend = await startTestBackend({
      features: [
        whoPlugin,
        mockServices.httpAuth.factory({ defaultCredentials: mockCredentials.service('plugin:x') }),
      ],
    });

    const answer = await backend.request('/api/who');

    expect(await answer.json()).toEqual(mockCredentials.service('plugin:x').principal);
  });
});

describe('peers of a test backend', () => {
  it('are found by its plugins, and all others where they were', async () => {
    await using peer = await mockPeer('far', (_req, res) => void res.end('from far'));
    const found: string[] = [];
    const asking = createBackendPlugin({
      pluginId: 'asking',
      register: (reg) =>
        reg.registerInit({
          deps: { discovery: coreServices.discovery },
          async init({ discovery }) {
            const answer = await fetch(await discovery.getBaseUrl('far'));
            found.push(await answer.text(), await discovery.getBaseUrl('who'));
          },
        }),
    });

    await using backend = await startTestBackend({ features: [asking], peers: [peer] });

    expect(found).toEqual(['from far', `http://localhost:${backend.server.port()}/api/who`]);
    expect(peer.requests).toHaveLength(1);
  });
});

describe('extension points of a test', () => {
  it('are provided for the plugin whose modules depend on them', async () => {
    const seeds: string[] = [];

    await using _backend = await startTestBackend({
      extensionPoints: [[seedExtensionPoint, { add: (title) => void seeds.push(title) }]],
      features: [seedModule('one'), seedModule('two')],
    });

    expect(seeds.toSorted()).toEqual(['one', 'two']);
  });

  it('pass through the middleware of the test', async () => {
    const seeds: string[] = [];
    const shout = createExtensionPointFactoryMiddleware({
      extensionPoint: seedExtensionPoint,
      middleware: (original) => ({ add: (title) => original.add(title.toUpperCase()) }),
    });

    await using _backend = await startTestBackend({
      extensionPoints: [[seedExtensionPoint, { add: (title) => void seeds.push(title) }]],
      extensionPointFactoryMiddleware: [shout],
      features: [seedModule('one')],
    });

    expect(seeds).toEqual(['ONE']);
  });

  it('are refused when nobody depends on them', async () => {
    const starting = startTestBackend({
      extensionPoints: [[seedExtensionPoint, {}]],
      features: [],
    });

    await expect(starting).rejects.toMatchObject({
      code: 'E_TEST_EXTENSION_POINT',
      message:
        "Unable to determine the plugin ID of extension point(s) 'todo.seed'. Tested extension points must be depended on by one or more tested modules.",
    });
  });

  it('[W13.3] belong to one plugin: a module of another must not use them', async () => {
    const starting = startTestBackend({
      extensionPoints: [[seedExtensionPoint, { add: () => {} }]],
      features: [seedModule('one'), seedModule('two', 'thief')],
    });

    await expect(starting).rejects.toThrow(/todo\.seed/);
  });
});

describe('a start that fails', () => {
  it('is told as of a real backend, and leaves nothing running', async () => {
    const ended: string[] = [];
    const failing = createBackendPlugin({
      pluginId: 'failing',
      register: (reg) =>
        reg.registerInit({
          deps: { lifecycle: coreServices.lifecycle },
          async init({ lifecycle }) {
            lifecycle.addShutdownHook(() => void ended.push('failing'));
            throw new Error('no luck');
          },
        }),
    });

    await expect(startTestBackend({ features: [failing] })).rejects.toMatchObject({
      code: 'E_STARTUP_FAILED',
      message: expect.stringContaining('no luck'),
    });
    expect(ended).toEqual(['failing']);
  });

  it('tells of what is no feature, and of imports that fail, together', async () => {
    const starting = startTestBackend({
      features: [
        Promise.reject(new Error('no such package')),
        { $$type: 'nonsense' } as unknown as BackendFeature,
      ],
    });

    const { message } = await starting.then(
      () => ({ message: 'started' }),
      (error: Error) => error,
    );
    expect(message).toContain('no such package');
    expect(message).toContain('features[2]'); // counted with what the test backend adds itself
  });
});

describe('a malformed module', () => {
  it('is told by the backend, not in the search for its extension points', async () => {
    const malformed = {
      $$type: '@backstage/BackendFeature' as const,
      version: 'v1',
      featureType: 'registrations',
      getRegistrations: () => [{ type: 'module', pluginId: 'todo', moduleId: 'malformed' }],
    };

    const starting = startTestBackend({
      extensionPoints: [[seedExtensionPoint, { add: () => {} }]],
      features: [seedModule('one'), malformed],
    });

    await expect(starting).rejects.toMatchObject({ code: expect.stringMatching(/^E_(?!TEST)/) });
  });
});

describe('the server of a test backend', () => {
  it('does not listen until it is asked for its port, and then at once', async () => {
    await using backend = await startTestBackend({ features: [whoPlugin] });
    expect(backend.server.listening).toBe(false);

    const port = backend.server.port();

    expect(backend.server.address()).toMatchObject({ port });
    const answer = await fetch(`http://localhost:${port}/api/who`);
    expect(await answer.json()).toEqual(mockCredentials.user().principal);
  });

  it('listens when a plugin looks for another, even while it starts', async () => {
    let found: unknown;
    const asking = createBackendPlugin({
      pluginId: 'asking',
      register: (reg) =>
        reg.registerInit({
          deps: { discovery: coreServices.discovery },
          async init({ discovery }) {
            const answer = await fetch(await discovery.getBaseUrl('who'));
            found = await answer.json();
          },
        }),
    });

    await using backend = await startTestBackend({ features: [whoPlugin, asking] });

    expect(backend.server.listening).toBe(true);
    expect(found).toEqual(mockCredentials.user().principal);
  });

  it('speaks plain HTTP, at a port of its own, whatever is configured', async () => {
    const data = { backend: { https: true, listen: ':443', baseUrl: 'https://portal.test' } };

    await using backend = await startTestBackend({
      features: [whoPlugin, mockServices.rootConfig.factory({ data })],
    });

    expect(backend.server.port()).not.toBe(443);
    expect((await backend.request('/api/who')).status).toBe(200);
    expect((await fetch(`http://localhost:${backend.server.port()}/api/who`)).status).toBe(200);
  });

  it('is that of the root router of the test, and told where that has none', async () => {
    const foreign = createServiceFactory({
      service: coreServices.rootHttpRouter,
      deps: {},
      factory: (): RootHttpRouterService => ({ use: () => {} }),
    });
    await using listening = await startTestBackend({
      features: [whoPlugin, mockServices.rootHttpRouter.factory()],
    });
    await using without = await startTestBackend({ features: [foreign] });

    expect(listening.server.listening).toBe(true);
    expect((await listening.request('/api/who')).status).toBe(200);
    expect(() => without.server).toThrow(expect.objectContaining({ code: 'E_TEST_SERVER' }));
    await expect(without.request('/')).rejects.toMatchObject({ code: 'E_TEST_SERVER' });
  });
});

describe('the stop of a test backend', () => {
  it('happens once, at the end of a block at the latest', async () => {
    const ended: string[] = [];
    const noting = createBackendPlugin({
      pluginId: 'noting',
      register: (reg) =>
        reg.registerInit({
          deps: { lifecycle: coreServices.lifecycle },
          init: async ({ lifecycle }) => lifecycle.addShutdownHook(() => void ended.push('noting')),
        }),
    });
    {
      await using backend = await startTestBackend({ features: [noting] });
      await backend.stop();
      await backend.stop();
      expect(ended).toEqual(['noting']);
    }

    expect(ended).toEqual(['noting']);
  });

  it('is not held up by a request that nobody answers', async () => {
    const silent = createBackendPlugin({
      pluginId: 'silent',
      register: (reg) =>
        reg.registerInit({
          deps: { httpRouter: coreServices.httpRouter },
          init: async ({ httpRouter }) => httpRouter.use(() => {}),
        }),
    });
    const backend = await startTestBackend({ features: [silent] });
    const unanswered = expect(backend.request('/api/silent')).rejects.toThrow();

    await backend.stop();

    await unanswered;
  });

  it('closes the port, and refuses requests from then on', async () => {
    const backend = await startTestBackend({ features: [whoPlugin] });
    const url = `http://127.0.0.1:${backend.server.port()}/api/who`;
    expect((await fetch(url)).status).toBe(200);

    await backend.stop();

    await expect(fetch(url)).rejects.toThrow();
    await expect(backend.request('/api/who')).rejects.toMatchObject({
      code: 'E_TEST_BACKEND_STOPPED',
    });
    expect(() => backend.server.port()).toThrow('The server has no port');
    expect(backend.server.listening).toBe(false);
  });
});

describe('the process of a test backend', () => {
  it('is left to whoever runs the test, whatever NODE_ENV is', async () => {
    vi.stubEnv('NODE_ENV', 'production');
    const events = ['SIGTERM', 'SIGINT', 'beforeExit', 'unhandledRejection', 'uncaughtException'];
    const count = () => events.map((event) => process.listenerCount(event));
    const before = count();

    await using _backend = await startTestBackend({ features: [whoPlugin] });

    expect(count()).toEqual(before);
    vi.unstubAllEnvs();
  });
});
