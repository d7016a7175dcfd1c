import { describe, expect, it } from 'vitest';
import { createExtensionPoint, createServiceRef } from '@stagewire/plugin-api';
import { BackendStartupError, diagnosticsOf } from '@stagewire/wiring';
import { installPlugin } from './package-fixture.js';
import {
  createRawFeature,
  createTestBackend,
  createTestFactory,
  createTestModule,
  createTestPlugin,
  createTestRef,
  startError,
} from './support.js';

const point = createExtensionPoint<object>({ id: 'point' });
const absentPoint = createExtensionPoint<object>({ id: 'absent-point' });
const providing = createTestPlugin('p', {}, undefined, (reg) =>
  reg.registerExtensionPoint(point, {}),
);
const [a, b] = ['a', 'b'].map((id) => createTestRef(id));

const createOrphan = (ran: string[] = []) =>
  createTestModule('absent', 'm', {}, () => ran.push('m'));

describe('what a plugin or module depends on', () => {
  it.each([
    [
      'services that a plugin needs are missing',
      [createTestPlugin('q', { a, b })],
      "Plugin 'q' startup failed; caused by Error: Service or extension point dependencies of plugin 'q' are missing for the following ref(s): serviceRef{a}, serviceRef{b}",
    ],
    [
      'a service and an extension point that a module needs are missing',
      [createTestPlugin('q'), createTestModule('q', 'm', { a, absentPoint })],
      "Module 'm' for plugin 'q' startup failed; caused by Error: Service or extension point dependencies of module 'm' for plugin 'q' are missing for the following ref(s): serviceRef{a}, extensionPoint{absent-point}",
    ],
    [
      'a module uses an extension point of another plugin',
      [createTestPlugin('q'), createTestModule('q', 'm', { point })],
      "Module 'm' for plugin 'q' startup failed; caused by Error: Illegal dependency: Module 'm' for plugin 'q' attempted to depend on extension point 'point' for plugin 'p'. Extension points can only be used within their plugin's scope.",
    ],
    [
      'a plugin depends on a service with the id of an extension point',
      [createTestPlugin('q', { fake: createServiceRef<object>({ id: 'point' }) })],
      "Plugin 'q' startup failed; caused by Error: Rejected dependency on extension point point from outside of a module",
    ],
    [
      'a plugin depends on an extension point',
      [createTestPlugin('q', { point })],
      'Plugin \'q\' startup failed; caused by InputError: Invalid backend feature at plugin "q".init.deps.point.scope, expected "root" or "plugin", received undefined',
    ],
  ])('[W6.7] fails it: %s', async (_, features, line) => {
    const error = await startError(createTestBackend({ features: [providing, ...features] }));

    expect(error).toBeInstanceOf(BackendStartupError);
    expect(error.message).toBe(`Backend startup failed due to the following errors:\n  ${line}`);
  });

  it('[W6.7] fails it before any plugin runs, all problems at once; upstream ran the others', async () => {
    const ran: string[] = [];
    const features = [
      providing,
      createTestPlugin('well', {}, () => ran.push('well')),
      createTestPlugin('q', { a }),
      createTestModule('q', 'm', { point, b }),
    ];

    const error = await startError(createTestBackend({ features }));

    expect(ran).toEqual([]);
    expect(
      diagnosticsOf(error).map(({ code, pluginId, moduleId }) => [code, pluginId, moduleId]),
    ).toEqual([
      ['E_DEPENDENCY_MISSING', 'q', 'm'],
      ['E_EXTENSION_POINT_FOREIGN', 'q', 'm'],
      ['E_DEPENDENCY_MISSING', 'q', undefined],
    ]);
  });

  it('[W6.7] may be an extension point whose ref is another object of the same id', async () => {
    const copy = createExtensionPoint<object>({ id: 'point' });
    const got: unknown[] = [];
    const module = createTestModule('p', 'm', { copy }, (deps) => got.push(deps.copy));

    await createTestBackend({ features: [providing, module] }).start();

    expect(got).toEqual([{}]);
  });

  it('that is missing is told with the package that lacks it, its version, and who could provide it', async () => {
    const plugin = installPlugin('plugin-todo-backend', '1.2.3', 'todo', ['acme.mailer']);
    const hints = { 'acme.mailer': "add '@acme/mailer-service' to this backend" };

    const error = await startError(createTestBackend({ features: [plugin], hints }));

    const [diagnostic] = diagnosticsOf(error);
    expect(diagnostic).toEqual({
      severity: 'error',
      code: 'E_DEPENDENCY_MISSING',
      problem:
        "Service or extension point dependencies of plugin 'todo' are missing for the following ref(s): serviceRef{acme.mailer}",
      fix: expect.stringMatching(
        /^plugin 'todo' -> acme\.mailer: .*add '@acme\/mailer-service' to this backend$/,
      ),
      pluginId: 'todo',
      culprits: [expect.stringMatching(/^plugin-todo-backend@1\.2\.3, /)],
    });
  });

  it('that is missing further down is told with the whole way', async () => {
    const mailer = createTestFactory(createTestRef('mailer'), {
      secrets: createTestRef('secrets'),
    });
    const plugin = createTestPlugin('todo', { mailer: createTestRef('mailer') });
    const hints = { secrets: 'a vault provides it' };

    const error = await startError(createTestBackend({ features: [plugin, mailer], hints }));

    expect(error.message).toContain(
      "Failed to instantiate service 'mailer' for 'todo' because the following dependent services are missing: 'secrets'",
    );
    expect(diagnosticsOf(error)[0]!.fix).toMatch(/^mailer -> secrets: .*a vault provides it$/);
  });

  it('that no plugin registers is told as an extension point', async () => {
    const features = [createTestPlugin('q'), createTestModule('q', 'm', { absentPoint })];

    const error = await startError(createTestBackend({ features }));

    expect(diagnosticsOf(error)[0]!.fix).toBe(
      "no plugin or module of this backend registers extension point 'absent-point': add a version of plugin 'q' that does",
    );
  });
});

describe('a module whose plugin is not there', () => {
  it('[W6.4] never runs and has no result, but is told in the log', async () => {
    const ran: string[] = [];
    const backend = createTestBackend({ features: [createOrphan(ran), createTestPlugin('p')] });

    const { result, plan } = await backend.start();

    expect(ran).toEqual([]);
    expect(result.plugins.map(({ pluginId }) => pluginId)).toEqual(['p']);
    expect(plan.orphans).toEqual([
      { pluginId: 'absent', moduleId: 'm', origin: expect.stringContaining('@stagewire/wiring@') },
    ]);
    const warnings = backend.lines.filter(({ level }) => level === 'warn');
    expect(warnings).toEqual([
      {
        level: 'warn',
        message: expect.stringMatching(
          /^E_MODULE_ORPHAN {2}Module 'm' does nothing, because its plugin 'absent' is not in this backend\n {2}fix: add plugin 'absent' to this backend, or leave the module out of it.+\n {2}in: {2}@stagewire\/wiring@/,
        ),
        fields: { type: 'initialization' },
      },
    ]);
  });

  it('[W6.4] is still listed in the log as initializing', async () => {
    const backend = createTestBackend({ features: [createOrphan(), createTestPlugin('p')] });

    await backend.start();

    expect(backend.lines.map(({ message }) => message)).toEqual(
      expect.arrayContaining([
        "Plugin initialization started: 'absent', 'p'",
        "Plugin initialization complete, newly initialized: 'p', still initializing: 'absent'",
      ]),
    );
  });

  it('[W6.4] may lack what it needs', async () => {
    const orphan = createTestModule('absent', 'm', { a, absentPoint });

    const { result } = await createTestBackend({ features: [orphan] }).start();

    expect(result).toMatchObject({ outcome: 'success', plugins: [] });
  });

  it('[W6.4] refuses the start if onOrphanModule says so', async () => {
    const config = { backend: { startup: { default: { onOrphanModule: 'abort' } } } };
    const ran: string[] = [];
    const features = [createOrphan(), createTestPlugin('p', {}, () => ran.push('p'))];

    const error = await startError(createTestBackend({ config, features }));

    expect(error).toBeInstanceOf(BackendStartupError);
    expect(error.message).toBe(
      "Backend startup failed due to the following errors:\n  Module 'm' for plugin 'absent' startup failed; caused by Error: Module 'm' does nothing, because its plugin 'absent' is not in this backend",
    );
    expect(diagnosticsOf(error)).toMatchObject([{ code: 'E_MODULE_ORPHAN', moduleId: 'm' }]);
    expect(ran).toEqual([]);
  });

  it('[W6.4] of the first form of registrations is treated alike', async () => {
    const registration = {
      type: 'module',
      pluginId: 'absent',
      moduleId: 'm',
      extensionPoints: [],
      init: { deps: {}, func: () => Promise.reject(new Error('boom')) },
    };
    const feature = createRawFeature({ getRegistrations: () => [registration] });

    const { plan } = await createTestBackend({ features: [feature] }).start();

    expect(plan.orphans).toMatchObject([{ pluginId: 'absent', moduleId: 'm' }]);
  });
});
