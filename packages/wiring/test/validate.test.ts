import { describe, expect, it } from 'vitest';
import { createSpecializedBackend } from '@stagewire/wiring';
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

describe('a value that is no feature', () => {
  it.each([
    [undefined, 'undefined'],
    [null, 'null'],
    ['a "word"', String.raw`"a \"word\""`],
    [7, '7'],
    [Number.NaN, 'NaN'],
    [false, 'false'],
    [10n, '10'],
    [Symbol('x'), 'Symbol(x)'],
  ])('[W9.1] is told as what it is: %o', async (value, received) => {
    const error = await refusal(value);

    expect(error).toMatchObject({
      name: 'InputError',
      code: 'E_FEATURE_INVALID',
      message: invalid('features[0]', 'an object or function', received),
    });
  });

  it.each([
    ['a function', () => {}],
    ['an array', []],
    ['an object', {}],
    ['an object', new Date()],
  ])('[W9.1] is told as %s, not by its contents', async (received, pluginId) => {
    const error = await refusal(registering([{ type: 'plugin', pluginId }]));

    expect(error.message).toBe(invalid('registration.pluginId', 'a string', received));
  });
});

describe('the name of a malformed feature', () => {
  const broken = { version: 'v0' };

  it.each([
    ['its service', { service: { id: 'mail' }, ...broken }, 'service factory for "mail"'],
    [
      'its loader description',
      { featureType: 'loader', description: 'A', ...broken },
      'feature loader A',
    ],
    ['any other description', { description: 'B', ...broken }, 'backend feature B'],
  ])('[W9.2] comes from %s', async (_, fields, name) => {
    const error = await refusal(createRawFeature(fields));

    expect(error.message).toBe(invalid(`${name}.version`, '"v1"', '"v0"'));
  });

  it('[W9.2] is else its place among what was added', async () => {
    const features = [createTestPlugin('p'), createRawFeature(broken)];

    const error = await startError(createTestBackend({ features }));

    expect(error.message).toBe(invalid('features[1].version', '"v1"', '"v0"'));
  });

  it.each([
    [
      'and the loader',
      { service: { id: 'mail' }, ...broken },
      'service factory for "mail" (returned by feature loader L, output[1])',
    ],
    ['of the loader alone', broken, 'feature loader L -> loader output[1]'],
  ])('[W9.2] tells its own name %s it came from', async (_, fields, name) => {
    const loader = createRawLoader('L', () => [createTestPlugin('p'), createRawFeature(fields)]);

    const error = await refusal(loader);

    expect(error.message).toBe(invalid(`${name}.version`, '"v1"', '"v0"'));
  });

  it.each([
    [
      'its service',
      { service: { id: 'mail', scope: 'none' } },
      'service factory for "mail".service.scope',
      '"root" or "plugin"',
      '"none"',
    ],
    [
      'its place',
      { service: {} },
      'default service factories[0].service.id',
      'a string',
      'undefined',
    ],
    [
      'its place',
      { service, deps: {}, version: 'v0' },
      'service factory for "test".version',
      '"v1"',
      '"v0"',
    ],
    [
      'its place',
      { getRegistrations: () => [] },
      'default service factories[0].service',
      'a service reference object',
      'undefined',
    ],
  ])('[W9.2] in the default list comes from %s', (_, fields, path, expected, received) => {
    const create = () =>
      createSpecializedBackend({ defaultServiceFactories: [createRawFeature(fields)] });

    expect(create).toThrow(invalid(path, expected, received));
  });

  it('[W9.2] of a default factory that a ref brought comes from that service', async () => {
    const ref = {
      ...service,
      id: 'ref',
      __defaultFactory: async () => aFactory({ service: null }),
    };

    const error = await refusal(createTestPlugin('p', { ref }));

    const reason = invalid(
      'default factory for service "ref".service',
      'a service reference object',
      'null',
    );
    expect(error.message).toContain(
      `Failed to instantiate service 'ref' because the default factory loader threw an error, InputError: ${reason}`,
    );
  });

  it.each([
    ['module "m" for plugin "p"', { type: 'module', pluginId: 'p', moduleId: 'm' }],
    ['plugin "p"', { type: 'plugin', pluginId: 'p' }],
  ])('[W9.2] of a registration is %s', async (name, registration) => {
    const error = await refusal(registering([registration]));

    expect(error.message).toContain(invalid(`${name}.extensionPoints`, 'an array', 'undefined'));
  });
});

describe('a feature that cannot be attributed', () => {
  const deps = { bad: { id: 'x' } };

  it.each<[string, unknown, string, string, string]>([
    ['a value', 7, 'features[0]', 'an object or function', '7'],
    ['$$type', {}, 'features[0].$$type', '"@backstage/BackendFeature"', 'undefined'],
    ['version', createRawFeature({ version: 1 }), 'features[0].version', '"v1"', '1'],
    [
      'featureType',
      createRawFeature({}),
      'features[0].featureType',
      '"service", "registrations", or "loader"',
      'undefined',
    ],
    [
      'service',
      aFactory({ service: undefined }),
      'features[0].service',
      'a service reference object',
      'undefined',
    ],
    [
      'service.id',
      aFactory({ service: { id: Symbol('id') } }),
      'features[0].service.id',
      'a string',
      'Symbol(id)',
    ],
    [
      'service.scope',
      aFactory({ service: { id: 'test', scope: 'x' } }),
      'service factory for "test".service.scope',
      '"root" or "plugin"',
      '"x"',
    ],
    [
      'deps',
      aFactory({ deps: [] }),
      'service factory for "test".deps',
      'a dependency object',
      'an array',
    ],
    [
      'deps',
      aFactory({ deps: null }),
      'service factory for "test".deps',
      'a dependency object',
      'null',
    ],
    [
      'one of deps',
      aFactory({ deps: { bad: 'x' } }),
      'service factory for "test".deps.bad',
      'a service reference object',
      '"x"',
    ],
    [
      'one of deps',
      aFactory({ deps }),
      'service factory for "test".deps.bad.scope',
      '"root" or "plugin"',
      'undefined',
    ],
    [
      'factory',
      aFactory({ factory: undefined }),
      'service factory for "test".factory',
      'a function',
      'undefined',
    ],
    [
      'getRegistrations',
      createRawFeature({ getRegistrations: 1 }),
      'features[0].getRegistrations',
      'a function',
      '1',
    ],
    ['its result', registering('none'), 'features[0].getRegistrations()', 'an array', '"none"'],
    [
      'its result',
      registering(Promise.resolve([])),
      'features[0].getRegistrations()',
      'an array',
      'an object',
    ],
    [
      'an entry',
      registering([null]),
      'features[0].getRegistrations()[0]',
      'a registration object',
      'null',
    ],
    [
      'pluginId',
      registering([{ type: 'plugin-v1.1', pluginId: Symbol('p') }]),
      'registration.pluginId',
      'a string',
      'Symbol(p)',
    ],
    [
      'pluginId',
      registering([{ type: 'module' }]),
      'registration.pluginId',
      'a string',
      'undefined',
    ],
    [
      'moduleId',
      registering([{ type: 'module', pluginId: 'p' }]),
      'module registration for plugin "p".moduleId',
      'a string',
      'undefined',
    ],
  ])(
    '[W9.3] is refused for its %s, whatever policy permits',
    async (_, feature, path, expected, received) => {
      const config = {
        backend: {
          startup: {
            default: { onPluginBootFailure: 'continue', onPluginModuleBootFailure: 'continue' },
          },
        },
      };

      const error = await startError(createTestBackend({ config, features: [feature] }));

      expect(error).toMatchObject({
        name: 'InputError',
        code: 'E_FEATURE_INVALID',
        message: invalid(path, expected, received),
      });
    },
  );
});
