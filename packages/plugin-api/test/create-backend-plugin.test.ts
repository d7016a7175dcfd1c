import * as published from '@backstage/backend-plugin-api';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  coreServices,
  createBackendPlugin,
  createExtensionPoint,
  declareConnection,
  type BackendPluginRegistrationPoints,
} from '../src/index.js';
import type { PluginRegistration } from '../src/internal.js';
import { dataOf, registrationsOf } from './registrations.js';

const sources = createExtensionPoint<string[]>({ id: 'todo.sources' });
const RULE =
  'must match the pattern /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/i (letters, digits, and dashes only, starting with a letter)';

describe('a plugin', () => {
  it('[W1.4] is a feature that gives its registrations when asked, not before', () => {
    const register = vi.fn((reg: BackendPluginRegistrationPoints) => nothing(reg));
    const plugin = createBackendPlugin({ pluginId: 'todo', register });

    expect(plugin).toMatchObject({
      $$type: '@backstage/BackendFeature',
      version: 'v1',
      featureType: 'registrations',
    });
    expect(register).not.toHaveBeenCalled();
    registrationsOf(plugin);
    expect(register).toHaveBeenCalledTimes(1);
  });

  it('[W1.4] gives each backend registrations of its own', () => {
    const plugin = createBackendPlugin({
      pluginId: 'todo',
      register(reg) {
        reg.registerExtensionPoint(sources, []);
        nothing(reg);
      },
    });

    const [first] = registrationsOf(plugin);
    const [second] = registrationsOf(plugin);

    expect(dataOf(first)).toEqual(dataOf(second));
    expect(first).not.toBe(second);
    expect(first?.extensionPoints).not.toBe(second?.extensionPoints);
    expect(implementationIn(first)).not.toBe(implementationIn(second));
  });

  it('[W1.5] registers its id, what it provides and what it runs', async () => {
    const deps = { logger: coreServices.logger };
    const init = vi.fn(async () => {});
    const plugin = createBackendPlugin({
      pluginId: 'todo',
      register(reg) {
        declareConnection(reg, { type: 'github', required: true });
        reg.registerInit({ deps, init });
      },
    });

    const [registration] = registrationsOf(plugin) as [PluginRegistration];

    expect(registration).toEqual({
      type: 'plugin-v1.1',
      pluginId: 'todo',
      extensionPoints: [],
      connections: [{ type: 'github', required: true }],
      init: { deps, func: expect.any(Function) },
    });
    await expect(registration.init.func({ logger: 'L' })).resolves.toBeUndefined();
    expect(init).toHaveBeenCalledExactlyOnceWith({ logger: 'L' });
  });

  it('[W1.5] rejects with what init throws', async () => {
    const failure = new Error('no');
    const plugin = createBackendPlugin({
      pluginId: 'todo',
      register: (reg) =>
        reg.registerInit({
          deps: {},
          init() {
            throw failure;
          },
        }),
    });

    await expect(registrationsOf(plugin)[0]?.init.func({})).rejects.toBe(failure);
  });

  it('[W1.5] has the data of one made by the published plugin API', () => {
    const options = {
      pluginId: 'todo',
      register(reg: BackendPluginRegistrationPoints) {
        reg.registerExtensionPoint(sources, ['a']);
        reg.registerExtensionPoint({
          extensionPoint: createExtensionPoint<string>({ id: 'todo.name' }),
          factory: () => 'name',
        });
        declareConnection(reg, { type: 'github' });
        reg.registerInit({ deps: { logger: coreServices.logger }, async init() {} });
      },
    };
    const ours = createBackendPlugin(options);
    const theirs = published.createBackendPlugin(options);

    expect(dataOf(ours)).toEqual(dataOf(theirs));
    expect(dataOf(registrationsOf(ours))).toEqual(dataOf(registrationsOf(theirs)));
  });

  it('[W1.6] registers a given implementation as a factory that always gives that one', () => {
    const implementation = ['a'];
    const plugin = createBackendPlugin({
      pluginId: 'todo',
      register(reg) {
        reg.registerExtensionPoint(sources, implementation);
        nothing(reg);
      },
    });

    const [registration] = registrationsOf(plugin);

    expect(registration?.extensionPoints).toEqual([
      { extensionPoint: sources, factory: expect.any(Function) },
    ]);
    expect(implementationIn(registration)).toBe(implementation);
    expect(implementationIn(registration)).toBe(implementation);
  });

  it('[W2.4] registers an extension point that makes an implementation for each module', () => {
    const made: unknown[] = [];
    const plugin = createBackendPlugin({
      pluginId: 'todo',
      register(reg) {
        reg.registerExtensionPoint({
          extensionPoint: sources,
          factory: (context) => {
            made.push(context);
            return [`source ${made.length}`];
          },
        });
        nothing(reg);
      },
    });

    const [registration] = registrationsOf(plugin);

    expect(implementationIn(registration, 'first')).toEqual(['source 1']);
    expect(implementationIn(registration, 'second')).toEqual(['source 2']);
    expect(made).toEqual(['first', 'second']);
  });
});

describe('the id of a plugin', () => {
  afterEach(() => void vi.restoreAllMocks());

  it.each(['todo', 'a', 'user-settings', 'a1-b2', 'ADR', 'userSettings'])(
    '[W2.1] may be %s',
    (pluginId) => {
      const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});

      createBackendPlugin({ pluginId, register: nothing });

      expect(warn).not.toHaveBeenCalled();
    },
  );

  it.each(['', '1todo', '-todo', 'todo-', 'a--b', 'a b', 'a/b', 'a.b', '_todo', 'töpfe', 'a\n'])(
    '[W2.1] must not be %j, and that is told at once',
    (pluginId) => {
      expect(() => createBackendPlugin({ pluginId, register: nothing })).toThrowError(
        expect.objectContaining({
          name: 'Error',
          code: 'E_PLUGIN_ID_INVALID',
          message: `Invalid pluginId '${pluginId}', ${RULE}`,
        }),
      );
    },
  );

  it('[W2.1] may have underscores, with a warning', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});

    createBackendPlugin({ pluginId: 'user_settings', register: nothing });

    expect(warn).toHaveBeenCalledExactlyOnceWith(
      `WARNING: The pluginId 'user_settings' will be invalid soon, please change it to match the pattern ${RULE.replace('must match the pattern ', '')}`,
    );
  });
});

describe('what a plugin registers', () => {
  it.each([
    [
      'an extension point after init',
      todo((reg) => {
        nothing(reg);
        reg.registerExtensionPoint(sources, []);
      }),
      'E_REGISTER_AFTER_INIT',
      'registerExtensionPoint called after registerInit',
    ],
    [
      'a connection after init',
      todo((reg) => {
        nothing(reg);
        declareConnection(reg, { type: 'github' });
      }),
      'E_REGISTER_AFTER_INIT',
      'registerConnection called after registerInit',
    ],
    [
      'init twice',
      todo((reg) => {
        nothing(reg);
        nothing(reg);
      }),
      'E_REGISTER_INIT_TWICE',
      'registerInit must only be called once',
    ],
    [
      'no init',
      todo(() => {}),
      'E_REGISTER_INIT_MISSING',
      'registerInit was not called by register in todo',
    ],
    [
      'a connection twice',
      todo((reg) => {
        declareConnection(reg, { type: 'github' });
        declareConnection(reg, { type: 'github', required: true });
      }),
      'E_CONNECTION_DECLARED_TWICE',
      "Duplicate connection registration for type 'github' in plugin 'todo'",
    ],
  ])('[W2.3] must not be %s', (_case, registrations, code, message) => {
    expect(registrations).toThrowError(
      expect.objectContaining({ name: 'Error', code, message, fix: expect.stringMatching(/./) }),
    );
  });

  it('[W2.3] passes on what register throws', () => {
    const failure = new TypeError('oops');

    expect(
      todo(() => {
        throw failure;
      }),
    ).toThrowError(failure);
  });
});

/** Has a plugin register when it is called. */
function todo(register: (reg: BackendPluginRegistrationPoints) => void) {
  return () => registrationsOf(createBackendPlugin({ pluginId: 'todo', register }));
}

function nothing(reg: BackendPluginRegistrationPoints) {
  reg.registerInit({ deps: {}, async init() {} });
}

/** What the extension point registered first gives to a module. */
function implementationIn(registration: unknown, context: unknown = {}): unknown {
  type V1 = { extensionPoints: { factory(context: unknown): unknown }[] };
  return (registration as V1).extensionPoints[0]?.factory(context);
}
