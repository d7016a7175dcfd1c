import * as published from '@backstage/backend-plugin-api';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  coreServices,
  createBackendModule,
  createExtensionPoint,
  declareConnection,
  type BackendModuleRegistrationPoints,
} from '../src/index.js';
import { dataOf, registrationsOf } from './registrations.js';

const sources = createExtensionPoint<string[]>({ id: 'todo.sources' });
const RULE =
  'must match the pattern /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/i (letters, digits, and dashes only, starting with a letter)';

describe('a module', () => {
  it('[W1.5] registers its ids, what it provides and what it runs', async () => {
    const deps = { logger: coreServices.logger, sources };
    const init = vi.fn(async () => {});
    const module = createBackendModule({
      pluginId: 'todo',
      moduleId: 'github',
      register(reg) {
        reg.registerExtensionPoint(createExtensionPoint<string>({ id: 'todo.github' }), 'x');
        declareConnection(reg, { type: 'github', description: 'reads issues' });
        reg.registerInit({ deps, init });
      },
    });

    const [registration] = registrationsOf(module);

    expect(registration).toEqual({
      type: 'module-v1.1',
      pluginId: 'todo',
      moduleId: 'github',
      extensionPoints: [
        {
          extensionPoint: expect.objectContaining({ id: 'todo.github' }),
          factory: expect.any(Function),
        },
      ],
      connections: [{ type: 'github', description: 'reads issues' }],
      init: { deps, func: expect.any(Function) },
    });
    await registration?.init.func({ logger: 'L', sources: 'S' });
    expect(init).toHaveBeenCalledExactlyOnceWith({ logger: 'L', sources: 'S' });
  });

  it('[W1.5] has the data of one made by the published plugin API', () => {
    const options = {
      pluginId: 'todo',
      moduleId: 'github',
      register(reg: BackendModuleRegistrationPoints) {
        reg.registerExtensionPoint({ extensionPoint: sources, factory: () => [] });
        reg.registerInit({ deps: { sources }, async init() {} });
      },
    };
    const ours = createBackendModule(options);
    const theirs = published.createBackendModule(options);

    expect(dataOf(ours)).toEqual(dataOf(theirs));
    expect(dataOf(registrationsOf(ours))).toEqual(dataOf(registrationsOf(theirs)));
  });
});

describe('the ids of a module', () => {
  afterEach(() => void vi.restoreAllMocks());

  it.each(['', '1x', 'a--b', 'a.b'])(
    '[W2.2] are refused at once when that of the module is %j',
    (moduleId) => {
      expect(() =>
        createBackendModule({ pluginId: 'todo', moduleId, register: nothing }),
      ).toThrowError(
        expect.objectContaining({
          name: 'Error',
          code: 'E_MODULE_ID_INVALID',
          message: `Invalid moduleId '${moduleId}' for plugin 'todo', ${RULE}`,
        }),
      );
    },
  );

  it('[W2.2] may have underscores, with a warning', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});

    createBackendModule({ pluginId: 'todo', moduleId: 'git_hub', register: nothing });

    expect(warn).toHaveBeenCalledExactlyOnceWith(
      `WARNING: The moduleId 'git_hub' for plugin 'todo', will be invalid soon, please change it to match the pattern ${RULE.replace('must match the pattern ', '')}`,
    );
  });

  it('[W2.2] are fine whatever the plugin id is, which is checked with the plugin', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});

    createBackendModule({ pluginId: '1 + 1_', moduleId: 'github', register: nothing });

    expect(warn).not.toHaveBeenCalled();
  });
});

describe('what a module registers', () => {
  it.each([
    [
      'an extension point after init',
      github((reg) => {
        nothing(reg);
        reg.registerExtensionPoint(sources, []);
      }),
      'E_REGISTER_AFTER_INIT',
      'registerExtensionPoint called after registerInit',
    ],
    [
      'a connection after init',
      github((reg) => {
        nothing(reg);
        declareConnection(reg, { type: 'github' });
      }),
      'E_REGISTER_AFTER_INIT',
      'registerConnection called after registerInit',
    ],
    [
      'init twice',
      github((reg) => {
        nothing(reg);
        nothing(reg);
      }),
      'E_REGISTER_INIT_TWICE',
      'registerInit must only be called once',
    ],
    [
      'no init',
      github(() => {}),
      'E_REGISTER_INIT_MISSING',
      'registerInit was not called by register in github module for todo',
    ],
    [
      'a connection twice',
      github((reg) => {
        declareConnection(reg, { type: 'github' });
        declareConnection(reg, { type: 'github' });
      }),
      'E_CONNECTION_DECLARED_TWICE',
      "Duplicate connection registration for type 'github' in module 'github' for plugin 'todo'",
    ],
  ])('[W2.3] must not be %s', (_case, registrations, code, message) => {
    expect(registrations).toThrowError(
      expect.objectContaining({ name: 'Error', code, message, fix: expect.stringMatching(/./) }),
    );
  });
});

/** Has a module register when it is called. */
function github(register: (reg: BackendModuleRegistrationPoints) => void) {
  return () =>
    registrationsOf(createBackendModule({ pluginId: 'todo', moduleId: 'github', register }));
}

function nothing(reg: BackendModuleRegistrationPoints) {
  reg.registerInit({ deps: {}, async init() {} });
}
