import { describe, expect, it } from 'vitest';
import { BackendRefusedError, BackendStartupError } from '@stagewire/wiring';
import {
  createRawFeature,
  createRawLoader,
  createTestBackend,
  createTestPlugin,
  createTestRef,
  startError,
} from './support.js';

const invalid = (path: string, expected: string, received: string) =>
  `Invalid backend feature at ${path}, expected ${expected}, received ${received}`;

const service = createTestRef('test', 'root');
const aFactory = (fields: object) =>
  createRawFeature({
    featureType: 'service',
    service,
    deps: {},
    factory: async () => 1,
    ...fields,
  });
const registering = (registrations: unknown) =>
  createRawFeature({ featureType: 'registrations', getRegistrations: () => registrations });

async function refusal(feature: unknown): Promise<Error & { code?: string }> {
  return startError(createTestBackend({ features: [feature] }));
}
const init = (deps: unknown) => ({ init: { deps, func: () => {} } });

describe('a malformed part of a registration', () => {
  const point = { id: 'point' };
  const good = {
    type: 'plugin-v1.1',
    pluginId: 'p',
    extensionPoints: [],
    init: { deps: {}, func: () => {} },
  };
  const aModule = { ...good, type: 'module-v1.1', moduleId: 'm' };

  it.each<[string, object, string, string, string]>([
    ['extensionPoints', { extensionPoints: {} }, '.extensionPoints', 'an array', 'an object'],
    [
      'a v1 extension point',
      { type: 'plugin', extensionPoints: [point] },
      '.extensionPoints[0]',
      'an array',
      'an object',
    ],
    [
      'a v1 extension point',
      { type: 'plugin', extensionPoints: [['x', 1]] },
      '.extensionPoints[0][0]',
      'an extension point reference object',
      '"x"',
    ],
    [
      'a v1 extension point',
      { type: 'plugin', extensionPoints: [[{}, 1]] },
      '.extensionPoints[0][0].id',
      'a string',
      'undefined',
    ],
    [
      'an extension point',
      { extensionPoints: [null] },
      '.extensionPoints[0]',
      'an extension point registration object',
      'null',
    ],
    [
      'an extension point',
      { extensionPoints: [{}] },
      '.extensionPoints[0].extensionPoint',
      'an extension point reference object',
      'undefined',
    ],
    [
      'an extension point',
      { extensionPoints: [{ extensionPoint: point }] },
      '.extensionPoints[0].factory',
      'a function',
      'undefined',
    ],
    ['init', { init: undefined }, '.init', 'an init registration object', 'undefined'],
    ['init.deps', init([]), '.init.deps', 'a dependency object', 'an array'],
    ['a dep', init({ x: null }), '.init.deps.x', 'a service reference object', 'null'],
    ['a dep', init({ x: { id: 1 } }), '.init.deps.x.id', 'a string', '1'],
    [
      'a dep',
      init({ x: { $$type: '@backstage/ExtensionPoint', id: 'point' } }),
      '.init.deps.x.scope',
      '"root" or "plugin"',
      'undefined',
    ],
    ['init.func', { init: { deps: {} } }, '.init.func', 'a function', 'undefined'],
  ])('[W9.4] is a failure of its plugin: %s', async (_, fields, path, expected, received) => {
    const error = await refusal(registering([{ ...good, ...fields }]));

    expect(error).toBeInstanceOf(BackendStartupError);
    expect((error as BackendStartupError).result.plugins).toMatchObject([
      {
        pluginId: 'p',
        failure: {
          error: { name: 'InputError', message: invalid(`plugin "p"${path}`, expected, received) },
        },
      },
    ]);
  });

  it('[W9.4] is a failure of its module, where extension points may be deps', async () => {
    const deps = { x: { $$type: '@backstage/ExtensionPoint', id: 1 } };

    const error = await refusal(registering([good, { ...aModule, ...init(deps) }]));

    const path = 'module "m" for plugin "p".init.deps.x.id';
    expect((error as BackendStartupError).result.plugins).toMatchObject([
      {
        pluginId: 'p',
        modules: [
          { moduleId: 'm', failure: { error: { message: invalid(path, 'a string', '1') } } },
        ],
      },
    ]);
  });

  it('[W9.4] leaves all else to start where policy permits', async () => {
    const config = {
      backend: { startup: { plugins: { p: { onPluginBootFailure: 'continue' } } } },
    };
    const features = [registering([{ ...good, init: null }]), createTestPlugin('q')];

    const { result } = await createTestBackend({ config, features }).start();

    expect(result.plugins.map(({ pluginId, failure }) => [pluginId, failure?.allowed])).toEqual([
      ['p', true],
      ['q', undefined],
    ]);
  });

  it('[W9.4] asks no more of an extension point ref than a string as its id', async () => {
    const seen: unknown[] = [];
    const features = [
      registering([
        { ...good, extensionPoints: [{ extensionPoint: point, factory: () => 'made' }] },
        {
          ...aModule,
          init: {
            deps: { point: { $$type: '@backstage/ExtensionPoint', ...point } },
            func: (deps: unknown) => seen.push(deps),
          },
        },
      ]),
    ];

    await createTestBackend({ features }).start();

    expect(seen).toEqual([{ point: 'made' }]);
  });
});

describe('several malformed features', () => {
  const first = invalid(
    'service factory for "test".deps.broken',
    'a service reference object',
    'undefined',
  );

  it('[W9.5] tell the first problem of each', async () => {
    const error = await refusal(aFactory({ deps: { broken: undefined, also: null } }));

    expect(error.message).toBe(first);
  });

  it('[W9.5] are all told in the order of adding, not only the first', async () => {
    const features = [aFactory({ deps: { broken: undefined } }), 7];

    const error = await startError(createTestBackend({ features }));

    expect(error).toBeInstanceOf(BackendRefusedError);
    expect((error as BackendRefusedError).errors.map(({ message }) => message)).toEqual([
      first,
      invalid('features[1]', 'an object or function', '7'),
    ]);
  });
});

describe('a hostile feature', () => {
  const failure = new Error('keep out');
  const trap = () => {
    throw failure;
  };
  const throwing = (name: string, target: object = {}) =>
    Object.defineProperty({ ...target }, name, { get: trap, enumerable: true });
  const { proxy: revoked, revoke } = Proxy.revocable({}, {});
  revoke();

  it.each<[string, unknown]>([
    ['a getter for default', throwing('default')],
    ['a getter for $$type', throwing('$$type')],
    ['a getter for service', throwing('service', createRawFeature({}))],
    ['a getter for description', throwing('description', createRawFeature({}))],
    ['a getter for pluginId', registering([throwing('pluginId', { type: 'plugin' })])],
    ['a proxy', new Proxy({}, { get: trap, has: trap })],
    ['a loader whose output throws', createRawLoader('L', () => [throwing('$$type')])],
  ])('[W4.2] is told as malformed by start(), not by add: %s', async (_, feature) => {
    const backend = createTestBackend({ features: [feature] });

    expect(await startError(backend)).toBe(failure);
  });

  it('[W4.2] counts as no promise if its then cannot be read', async () => {
    const feature = throwing('then', createTestPlugin('p'));

    const { plan } = await createTestBackend({ features: [feature] }).start();

    expect(plan.plugins.map(({ pluginId }) => pluginId)).toEqual(['p']);
  });

  it('[W4.2] is told also if it is a revoked proxy', async () => {
    expect((await refusal(revoked)).message).toMatch(/revoked/);
  });

  it.each<[string, object]>([
    ['extensionPoints', throwing('extensionPoints')],
    ['init', throwing('init')],
    ['a dep', { init: { deps: throwing('x'), func: () => {} } }],
  ])('[W9.4] belongs to its plugin where it throws for %s', async (_, fields) => {
    const good = { type: 'plugin-v1.1', pluginId: 'p', extensionPoints: [] };
    const registration = Object.defineProperties(good, Object.getOwnPropertyDescriptors(fields));

    const error = await refusal(registering([registration]));

    expect(error).toBeInstanceOf(BackendStartupError);
    expect((error as BackendStartupError).result.plugins).toMatchObject([
      { pluginId: 'p', failure: { error: failure } },
    ]);
  });
});
