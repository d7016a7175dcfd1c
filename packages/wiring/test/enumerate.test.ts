import { describe, expect, it } from 'vitest';
import * as own from '@stagewire/plugin-api';
import * as published from '@backstage/backend-plugin-api';
import { BackendStartupError, diagnosticsOf } from '@stagewire/wiring';
import { installPlugin } from './package-fixture.js';
import {
  createRawFeature,
  createTestBackend,
  createTestModule,
  createTestPlugin,
  startError,
} from './support.js';

const tolerant = {
  backend: {
    startup: {
      default: { onPluginBootFailure: 'continue', onPluginModuleBootFailure: 'continue' },
    },
  },
};
const createPoint = (id: string) => own.createExtensionPoint<object>({ id });
const providing = (id: string) => (reg: own.BackendPluginRegistrationPoints) =>
  reg.registerExtensionPoint(createPoint(id), {});

/** A feature made by hand with one registration. */
const registering = (registration: object) =>
  createRawFeature({ featureType: 'registrations', getRegistrations: () => [registration] });
let events: string[] = [];
const ran = (name: string) => () => void events.push(name);
const empty = { extensionPoints: [], init: { deps: {}, func: async () => {} } };

describe('registrations that claim what is taken', () => {
  it.each([
    [
      'an extension point of another plugin',
      [
        createTestPlugin('a', {}, undefined, providing('point')),
        createTestPlugin('b', {}, undefined, providing('point')),
      ],
      "ExtensionPoint with ID 'point' is already registered",
      { code: 'E_EXTENSION_POINT_DUPLICATE', pluginId: 'b' },
    ],
    [
      'an extension point of a module',
      [
        createTestPlugin('a'),
        createTestModule('a', 'm', {}, undefined, providing('point')),
        createTestPlugin('b', {}, undefined, providing('point')),
      ],
      "ExtensionPoint with ID 'point' is already registered",
      { code: 'E_EXTENSION_POINT_DUPLICATE', pluginId: 'b' },
    ],
    [
      'an extension point, from a module',
      [
        createTestPlugin('a', {}, undefined, providing('point')),
        createTestModule('a', 'm', {}, undefined, providing('point')),
      ],
      "ExtensionPoint with ID 'point' is already registered",
      { code: 'E_EXTENSION_POINT_DUPLICATE', pluginId: 'a', moduleId: 'm' },
    ],
    [
      'a plugin id',
      [createTestPlugin('a'), createTestPlugin('a')],
      "Plugin 'a' is already registered",
      { code: 'E_PLUGIN_DUPLICATE', pluginId: 'a' },
    ],
    [
      'a module id of the same plugin',
      [createTestPlugin('a'), createTestModule('a', 'm'), createTestModule('a', 'm')],
      "Module 'm' for plugin 'a' is already registered",
      { code: 'E_MODULE_DUPLICATE', pluginId: 'a', moduleId: 'm' },
    ],
    [
      'a type that nobody knows, with a plugin id',
      [registering({ ...empty, type: 'theme', pluginId: 'a' })],
      "Invalid registration type 'theme'",
      { code: 'E_REGISTRATION_TYPE', pluginId: 'a' },
    ],
    [
      'a type that nobody knows, with a module id',
      [
        createTestPlugin('a'),
        registering({ ...empty, type: 'theme', pluginId: 'a', moduleId: 'm' }),
      ],
      "Invalid registration type 'theme'",
      { code: 'E_REGISTRATION_TYPE', pluginId: 'a', moduleId: 'm' },
    ],
  ])('[W6.2] fail with whom they belong to: %s', async (_, features, problem, blamed) => {
    const error = await startError(createTestBackend({ features }));

    expect(error).toBeInstanceOf(BackendStartupError);
    const told = diagnosticsOf(error).map(({ code, pluginId, moduleId, ...diagnostic }) => ({
      code,
      pluginId,
      moduleId,
      problem: diagnostic.problem,
    }));
    expect(told).toEqual([{ problem, ...blamed }]);
  });

  it('[W6.2] fail the start itself if they belong to nobody', async () => {
    const backend = createTestBackend({ features: [registering({ ...empty, type: 'theme' })] });

    const error = await startError(backend);

    expect(error).not.toBeInstanceOf(BackendStartupError);
    expect(error.message).toBe("Invalid registration type 'theme'");
  });

  it('[W6.2] may share a module id between plugins', async () => {
    const features = ['a', 'b'].flatMap((id) => [createTestPlugin(id), createTestModule(id, 'm')]);

    const { result } = await createTestBackend({ features }).start();

    expect(result.plugins.map(({ modules }) => modules.length)).toEqual([1, 1]);
  });
});

describe('a registration', () => {
  it('[W6.1] has its extension points recorded before the plugin itself', async () => {
    const plugin = createTestPlugin('a', {}, undefined, providing('point'));

    const error = await startError(createTestBackend({ features: [plugin, plugin] }));

    expect(diagnosticsOf(error)).toEqual([
      expect.objectContaining({
        problem: "ExtensionPoint with ID 'point' is already registered",
        pluginId: 'a',
      }),
    ]);
  });

  it('[W6.1] is looked at as a whole before its extension points are recorded', async () => {
    const broken = registering({
      type: 'plugin-v1.1',
      pluginId: 'broken',
      extensionPoints: [{ extensionPoint: createPoint('point'), factory: () => ({}) }],
      init: { deps: {} },
    });
    const other = createTestPlugin('other', {}, undefined, providing('point'));

    const error = await startError(createTestBackend({ features: [broken, other] }));

    expect(diagnosticsOf(error).map(({ pluginId }) => pluginId)).toEqual(['broken']);
  });

  it('[W6.2] that fails gives its extension points free again', async () => {
    const features = [
      createTestPlugin('a'),
      createTestPlugin('a', {}, undefined, providing('point')),
      createTestPlugin('b', {}, undefined, providing('point')),
    ];

    const { result } = await createTestBackend({ config: tolerant, features }).start();

    expect(result.plugins.find(({ pluginId }) => pluginId === 'b')).not.toHaveProperty('failure');
  });
});

describe('a plugin that is added twice', () => {
  it.each([
    ['as two copies', () => createTestPlugin('a', {}, ran('a'))],
    ['made by the published plugin API', () => createPublishedPlugin('a', ran('a'))],
    [
      'as the same object',
      (_: number, all: unknown[]) => all[0] ?? createTestPlugin('a', {}, ran('a')),
    ],
  ])('[W6.3] [Q2] never runs, nor do its modules; the others do: %s', async (_, create) => {
    events = [];
    const copies: unknown[] = [];
    for (const index of [0, 1]) copies.push(create(index, copies));
    const features = [
      createTestModule('a', 'early', {}, ran('early')),
      ...copies,
      createTestModule('a', 'late', {}, ran('late')),
      createTestPlugin('b', {}, ran('b')),
    ];

    const { result } = await createTestBackend({ config: tolerant, features }).start();

    expect(events).toEqual(['b']);
    expect(
      result.plugins.map(({ pluginId, modules, failure }) => [
        pluginId,
        modules,
        failure?.error.message,
      ]),
    ).toEqual([
      ['a', [], "Plugin 'a' is already registered"],
      ['b', [], undefined],
    ]);
  });

  it('[W6.3] fails the start before anything runs, not after the others as upstream', async () => {
    events = [];
    const features = [
      createTestPlugin('a', {}, ran('a')),
      createTestPlugin('a', {}, ran('a')),
      createTestPlugin('b', {}, ran('b')),
    ];

    const error = await startError(createTestBackend({ features }));

    expect(error.message).toBe(
      "Backend startup failed due to the following errors:\n  Plugin 'a' startup failed; caused by Error: Plugin 'a' is already registered",
    );
    expect(events).toEqual([]);
  });

  it('is told with both origins: package and version, file and line', async () => {
    const installed = installPlugin('plugin-todo-backend', '1.2.3', 'todo');
    const here = own.createBackendPlugin({
      pluginId: 'todo',
      register: (reg) => reg.registerInit({ deps: {}, init: async () => {} }),
    });

    const error = await startError(createTestBackend({ features: [installed, here] }));

    expect(diagnosticsOf(error)[0]!.fix).toMatch(
      /^add this plugin once; it came from plugin-todo-backend@1\.2\.3, .*support\.ts:\d+ and @stagewire\/wiring@\d+\.\d+\.\d+, .*enumerate\.test\.ts:\d+/,
    );
  });
});

describe('a module that is added twice', () => {
  it('[W6.3] runs as its first copy, and is told twice: failed, then well', async () => {
    events = [];
    const features = [
      createTestPlugin('a', {}, ran('a')),
      createTestModule('a', 'm', {}, ran('first')),
      createTestModule('a', 'm', {}, ran('second')),
    ];

    const { result } = await createTestBackend({ config: tolerant, features }).start();

    expect(events).toEqual(['first', 'a']);
    expect(
      result.plugins[0]!.modules.map(({ moduleId, failure }) => [moduleId, failure?.error.message]),
    ).toEqual([
      ['m', "Module 'm' for plugin 'a' is already registered"],
      ['m', undefined],
    ]);
  });

  it('is told with both origins', async () => {
    const features = [
      createTestPlugin('a'),
      createTestModule('a', 'm'),
      createTestModule('a', 'm'),
    ];

    const error = await startError(createTestBackend({ features }));

    expect(diagnosticsOf(error)[0]!.fix).toMatch(
      /^add this module once; it came from @stagewire\/wiring@.+\.ts:\d+.* and @stagewire\/wiring@.+\.ts:\d+/,
    );
  });
});

function createPublishedPlugin(pluginId: string, init: () => void) {
  return published.createBackendPlugin({
    pluginId,
    register: (reg) => reg.registerInit({ deps: {}, init: async () => init() }),
  });
}
