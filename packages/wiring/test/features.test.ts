import { describe, expect, it } from 'vitest';
import * as published from '@backstage/backend-plugin-api';
import * as own from '@stagewire/plugin-api';
import type { BackendFeature } from '@stagewire/plugin-api';
import type { Registration, RegistrationsShape } from '@stagewire/plugin-api/internal';
import {
  createRawFeature,
  createRawLoader,
  createTestBackend,
  createTestFactory,
  createTestPlugin,
  createTestRef,
  startError,
} from './support.js';

const apis: Array<[string, typeof own]> = [
  ['this plugin API', own],
  ['the published plugin API', published as unknown as typeof own],
];

const noInit = { deps: {}, func: async () => {} };
const pluginNamed = (pluginId: string, func = noInit.func): Registration => ({
  type: 'plugin-v1.1',
  pluginId,
  extensionPoints: [],
  init: { deps: {}, func },
});

/** The same feature as the plugin APIs of mid-2024 made it: a function with properties. */
const asFunction = (feature: BackendFeature): BackendFeature => Object.assign(() => {}, feature);

describe('a feature', () => {
  it.each([
    ['$$type', { $$type: '@backstage/ServiceFactory' }, '"@backstage/BackendFeature"'],
    ['version', { version: 'v2' }, '"v1"'],
  ])('[W1.1] with another %s is rejected', async (field, fields: object, expected) => {
    const feature = createRawFeature({ getRegistrations: () => [], ...fields });

    const error = await startError(createTestBackend({ features: [feature] }));

    const received = JSON.stringify(Object.values(fields)[0]);
    expect(error).toMatchObject({
      code: 'E_FEATURE_INVALID',
      message: `Invalid backend feature at features[0].${field}, expected ${expected}, received ${received}`,
    });
  });

  it('[W1.1] that is still a factory, as before plugin API 0.7, tells from when it is', async () => {
    const factory = Object.assign(() => {}, { $$type: '@backstage/BackendFeatureFactory' });

    const error = await startError(createTestBackend({ features: [factory] }));

    expect(error).toMatchObject({
      code: 'E_FEATURE_INVALID',
      fix: expect.stringMatching(/^take a newer version of the package: .* 0\.6 and older/),
    });
  });

  it('[W1.2] may be a function with the properties of one, of every kind', async () => {
    const ref = createTestRef('made', 'root');
    const seen: unknown[] = [];
    const plugin = createTestPlugin('p', { ref }, (deps) => seen.push(deps.ref));
    const factory = asFunction(createTestFactory(ref, {}, () => 'by a function'));
    const loader = asFunction(createRawLoader('of functions', () => [factory]));

    await createTestBackend({ features: [asFunction(plugin), loader] }).start();

    expect(seen).toEqual(['by a function']);
  });

  it('[W1.2] may be an object without a prototype', async () => {
    const feature = Object.assign(Object.create(null), createTestPlugin('bare'));

    const { result } = await createTestBackend({ features: [feature] }).start();

    expect(result.plugins.map(({ pluginId }) => pluginId)).toEqual(['bare']);
  });
});

describe('the kind of a feature', () => {
  const ref = createTestRef('kind', 'root');
  const asService = { service: ref, deps: {}, factory: async () => 'service' };
  const asLoader = { description: 'kind', loader: async () => [createTestPlugin('loader')] };
  const asPlugin = { getRegistrations: () => [pluginNamed('registrations')] };
  const all = { ...asService, ...asLoader, ...asPlugin };
  const { service: _, ...withoutService } = all;

  it.each([
    ['a service factory by its featureType', { featureType: 'service', ...all }, 'service'],
    ['a service factory by its service alone', asService, 'service'],
    ['a service factory before all else', { featureType: 'loader', ...all }, 'service'],
    ['a loader by its featureType', { featureType: 'loader', ...withoutService }, 'loader'],
    ['a plugin by its featureType', { featureType: 'registrations', ...asPlugin }, 'registrations'],
    ['a plugin by getRegistrations alone', asPlugin, 'registrations'],
    ['a plugin even if its featureType is odd', { featureType: 'x', ...asPlugin }, 'registrations'],
  ])('[W1.3] is %s', async (_title, fields, expected) => {
    const backend = createTestBackend({ features: [createRawFeature(fields)] });

    const { plan } = await backend.start();

    const kinds = [
      ...plan.services.filter(({ id }) => id === 'kind').map(() => 'service'),
      ...plan.plugins.map(({ pluginId }) => pluginId),
    ];
    expect(kinds).toEqual([expected]);
  });

  it.each([
    [undefined, 'undefined'],
    ['other', '"other"'],
  ])('[W1.3] cannot be told from the featureType %s alone', async (featureType, received) => {
    const feature = createRawFeature({ featureType, loader: async () => [] });

    const error = await startError(createTestBackend({ features: [feature] }));

    expect(error.message).toBe(
      `Invalid backend feature at features[0].featureType, expected "service", "registrations", or "loader", received ${received}`,
    );
  });
});

describe('getRegistrations of a plugin', () => {
  it('[W1.4] is called once in a start, after all loaders', async () => {
    const events: string[] = [];
    const plugin = createRawFeature({
      featureType: 'registrations',
      getRegistrations: () => (events.push('register'), [pluginNamed('p')]),
    });
    const loader = createRawLoader('last', () => (events.push('loader'), []));

    await createTestBackend({ features: [plugin, loader] }).start();

    expect(events).toEqual(['loader', 'register']);
  });

  it.each(apis)('[W1.4] serves two backends with one feature of %s', async (_, api) => {
    const extensionPoint = api.createExtensionPoint<string[]>({ id: 'words' });
    const texts: string[][] = [];
    const plugin = api.createBackendPlugin({
      pluginId: 'p',
      register(env) {
        const words: string[] = [];
        env.registerExtensionPoint(extensionPoint, words);
        env.registerInit({ deps: {}, init: async () => void texts.push(words) });
      },
    });
    const module = api.createBackendModule({
      pluginId: 'p',
      moduleId: 'm',
      register(env) {
        env.registerInit({
          deps: { words: extensionPoint },
          init: async (deps) => void deps.words.push('hello'),
        });
      },
    });

    await createTestBackend({ features: [plugin, module] }).start();
    await createTestBackend({ features: [plugin, module] }).start();

    expect(texts).toEqual([['hello'], ['hello']]);
    expect(texts[0]).not.toBe(texts[1]);
  });
});

const findGit = async (deps: { connections: { find(options: object): unknown } }) =>
  deps.connections.find({ type: 'git' });

describe('a registration', () => {
  const extensionPoint = own.createExtensionPoint<string>({ id: 'point' });
  const service = createTestRef('shared', 'root');
  const tuples = [[extensionPoint, 'implementation']];
  const factories = [{ extensionPoint, factory: () => 'implementation' }];

  it.each([
    ['plugin', 'module', tuples, undefined],
    ['plugin-v1.1', 'module-v1.1', factories, []],
    ['plugin-v1.1', 'module-v1.1', factories, undefined],
    ['plugin', 'module-v1.1', tuples, undefined],
    ['plugin-v1.1', 'module', factories, []],
  ])('[W1.5] may be a %s with a %s', async (plugin, module, extensionPoints, connections) => {
    const seen: unknown[] = [];
    const func = async (deps: unknown) => void seen.push(deps);
    const feature = createRawFeature({
      getRegistrations: () => [
        { type: plugin, pluginId: 'p', extensionPoints, connections, init: { deps: {}, func } },
        {
          type: module,
          pluginId: 'p',
          moduleId: 'm',
          extensionPoints: [],
          init: { deps: { point: extensionPoint, service }, func },
        },
      ],
    });

    await createTestBackend({ features: [feature, createTestFactory(service)] }).start();

    expect(seen).toEqual([{ point: 'implementation', service: 'shared' }, {}]);
  });

  it('[W1.5] without connections declares none', async () => {
    const connections = createTestRef('core.connections');
    const feature = createRawFeature({
      getRegistrations: () => [
        {
          type: 'plugin-v1.1',
          pluginId: 'p',
          extensionPoints: [],
          init: { deps: { connections }, func: findGit },
        },
      ],
    });
    const factory = createTestFactory(connections, {}, () => ({ find: async () => [] }));

    const error = await startError(createTestBackend({ features: [feature, factory] }));

    expect(error.message).toContain('undeclared connection of type "git"');
  });

  it.each(apis)('[W1.6] of %s is always of the newest form', async (_, api) => {
    const point = api.createExtensionPoint<object>({ id: 'point' });
    const implementation = {};
    const register = (env: own.BackendPluginRegistrationPoints) => {
      env.registerExtensionPoint(point, implementation);
      env.registerInit({ deps: {}, init: async () => {} });
    };
    const features = [
      api.createBackendPlugin({ pluginId: 'p', register }),
      api.createBackendModule({ pluginId: 'p', moduleId: 'm', register }),
    ] as unknown as RegistrationsShape[];

    const registrations = features.flatMap((feature) => feature.getRegistrations());

    expect(registrations.map(({ type }) => type)).toEqual(['plugin-v1.1', 'module-v1.1']);
    for (const { extensionPoints } of registrations) {
      const [first] = extensionPoints as unknown as Array<{ factory(context?: unknown): unknown }>;
      expect([first!.factory(), first!.factory({})]).toEqual([implementation, implementation]);
      expect(first!.factory()).toBe(implementation);
    }
  });
});

describe('a service factory', () => {
  it.each(apis)('[W1.7] of %s turns what its author throws into a rejection', async (_, api) => {
    const service = api.createServiceRef<string>({ id: 's' });
    const factory = api.createServiceFactory({
      service,
      deps: {},
      createRootContext: (): string => {
        throw new Error('no context');
      },
      factory: (): string => {
        throw new Error('no service');
      },
    }) as unknown as own.BackendFeature & {
      [name in 'factory' | 'createRootContext']: (deps: object) => Promise<unknown>;
    };

    const plain = api.createServiceFactory({ service, deps: {}, factory: () => '' });

    expect(factory).toMatchObject({ featureType: 'service', version: 'v1' });
    expect(plain).not.toHaveProperty('createRootContext');
    await expect(factory.factory({})).rejects.toThrow('no service');
    await expect(factory.createRootContext({})).rejects.toThrow('no context');
  });

  it('[W1.7] made by hand may answer at once, and may throw at once', async () => {
    const good = createTestRef('good', 'root');
    const bad = createTestRef('bad', 'root');
    const failure = new Error('at once');
    const makes = createRawFeature({ service: good, deps: {}, factory: () => 'plain' });
    const throws = createRawFeature({
      service: bad,
      deps: {},
      factory() {
        throw failure;
      },
    });
    const seen: unknown[] = [];
    const plugin = createTestPlugin('p', { good }, (deps) => seen.push(deps.good));

    await createTestBackend({ features: [plugin, makes] }).start();
    const error = await startError(createTestBackend({ features: [throws] }));

    expect(seen).toEqual(['plain']);
    expect(error).toBe(failure);
  });
});

describe('a feature loader', () => {
  it.each(apis)('[W1.8] of %s is called by the place where it was made', async (_, api) => {
    const loader = api.createBackendFeatureLoader({
      loader: () => {
        throw new Error('boom');
      },
    });

    const error = await startError(createTestBackend({ features: [loader] }));

    expect(error.message).toMatch(
      /^Feature loader created at '.*features\.test\.ts:\d+:\d+.*' failed; caused by Error: boom$/,
    );
  });
});
