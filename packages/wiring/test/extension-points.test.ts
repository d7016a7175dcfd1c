import { describe, expect, it } from 'vitest';
import * as own from '@stagewire/plugin-api';
import * as published from '@backstage/backend-plugin-api';
import type { BackendStartupError } from '@stagewire/wiring';
import {
  createRawFeature,
  createTestBackend,
  createTestModule,
  createTestPlugin,
  startError,
} from './support.js';

type Report = own.ExtensionPointFactoryContext['reportModuleStartupFailure'];

const point = own.createExtensionPoint<unknown>({ id: 'point' });
const middlewareOf = (
  extensionPoint: own.ExtensionPoint<unknown>,
  middleware: (original: unknown) => unknown,
) => own.createExtensionPointFactoryMiddleware({ extensionPoint, middleware });

/** A plugin that makes the extension point for each module, and the modules `a` and `b` that use it. */
function createUsedPoint(make: (context: { report: Report }) => unknown) {
  const got: Record<string, unknown> = {};
  const use = (id: string) =>
    createTestModule('p', id, { point }, (deps) => (got[id] = deps.point));
  const plugin = createTestPlugin('p', {}, undefined, (reg) =>
    reg.registerExtensionPoint({
      extensionPoint: point,
      factory: ({ reportModuleStartupFailure: report }) => make({ report }),
    }),
  );
  return { got, features: [plugin, use('a'), use('b')] };
}

describe('an extension point', () => {
  it('[W6.10] is made anew for each module by a factory', async () => {
    let made = 0;
    const { got, features } = createUsedPoint(() => ({ number: (made += 1) }));

    await createTestBackend({ features }).start();

    expect(Object.values(got)).toEqual([{ number: 1 }, { number: 2 }]);
  });

  it.each([
    ['this plugin API', createSharing(own)],
    ['the published plugin API', createSharing(published as unknown as typeof own)],
    ['the first form of registrations', createFirstForm],
  ])('[W6.10] is one for all modules if it was given as it is: by %s', async (_, create) => {
    const implementation = {};
    const got: unknown[] = [];
    const use = (id: string) =>
      createTestModule('p', id, { point }, (deps) => got.push(deps.point));

    await createTestBackend({
      features: [create(implementation), use('a'), use('b')],
    }).start();

    expect(got).toHaveLength(2);
    expect(got.every((one) => one === implementation)).toBe(true);
  });

  it.each([undefined, null, 0, '', false])(
    '[W6.10] may be anything, also %j',
    async (implementation) => {
      const { got, features } = createUsedPoint(() => implementation);

      await createTestBackend({ features }).start();

      expect(got).toEqual({ a: implementation, b: implementation });
    },
  );

  it('[W6.10] whose factory throws fails the module that asked', async () => {
    const { features } = createUsedPoint(() => {
      throw new Error('boom');
    });

    const error = await startError(createTestBackend({ features }));

    expect(error.message).toBe(
      [
        'Backend startup failed due to the following errors:',
        "  Module 'a' for plugin 'p' startup failed; caused by Error: boom",
        "  Module 'b' for plugin 'p' startup failed; caused by Error: boom",
      ].join('\n'),
    );
  });

  it('[W6.14] of a module can be used by other modules of the plugin', async () => {
    const got: unknown[] = [];
    const features = [
      createTestPlugin('p'),
      createTestModule('p', 'provider', {}, undefined, (reg) =>
        reg.registerExtensionPoint(point, 'given'),
      ),
      createTestModule('p', 'user', { point }, (deps) => got.push(deps.point)),
    ];

    await createTestBackend({ features }).start();

    expect(got).toEqual(['given']);
  });
});

describe('middleware', () => {
  it('[W6.13] wraps the extension points of its id, for each module, in the order of the list', async () => {
    const { got, features } = createUsedPoint(() => 'made');
    const other = own.createExtensionPoint<unknown>({ id: 'other' });
    const middleware = [
      middlewareOf(point, (original) => `first(${original})`),
      middlewareOf(other, () => 'wrong'),
      middlewareOf(point, async (original) => `second(${original})`),
    ];

    await createTestBackend({ features, middleware }).start();

    expect(got).toEqual({ a: 'second(first(made))', b: 'second(first(made))' });
  });

  it('[W6.13] that throws fails the module that asked', async () => {
    const { features } = createUsedPoint(() => 'made');
    const middleware = [
      middlewareOf(point, () => {
        throw new Error('boom');
      }),
    ];

    const error = await startError(createTestBackend({ features, middleware }));

    expect(error.message).toContain(
      "Module 'a' for plugin 'p' startup failed; caused by Error: boom",
    );
  });
});

describe('a plugin that reports a module', () => {
  const permitted = {
    backend: { startup: { default: { onPluginModuleBootFailure: 'continue' } } },
  };

  it('[W6.11] blames that module, and the start fails', async () => {
    const { features } = createReporter(([report]) => report!({ error: new Error('bad input') }));
    const backend = createTestBackend({ features });

    const error = await startError(backend);

    expect(error.message).toBe(
      "Backend startup failed due to the following errors:\n  Module 'a' for plugin 'p' startup failed; caused by Error: bad input",
    );
    expect(backend.lines).toContainEqual({
      level: 'error',
      message: "Plugin 'p' reported failure for module 'a' during startup.",
      meta: new Error('bad input'),
      fields: { type: 'initialization' },
    });
  });

  it('[W6.11] goes by the policy of that module', async () => {
    const { features } = createReporter(([report]) => report!({ error: new Error('bad input') }));
    const backend = createTestBackend({ config: permitted, features });

    const { result } = await backend.start();

    expect(result.outcome).toBe('success');
    expect(result.plugins[0]!.modules).toEqual([
      expect.objectContaining({
        moduleId: 'a',
        failure: { allowed: true, error: new Error('bad input') },
      }),
      { moduleId: 'b', resultAt: expect.any(Date) },
    ]);
    expect(backend.lines.map(({ message }) => message)).toContain(
      "Plugin 'p' reported failure for module 'a' during startup, but boot failure is permitted for this plugin module so startup will continue.",
    );
  });

  it('[W6.11] replaces an earlier failure of that module', async () => {
    const { features } = createReporter(([report]) => {
      report!({ error: new Error('first') });
      report!({ error: new Error('second') });
    });

    const error = await startError(createTestBackend({ features }));

    const { failure } = (error as BackendStartupError).result.plugins[0]!.modules[0]!;
    expect(failure?.error.message).toBe('second');
  });

  it('[W6.11] [W11.3] may do so with anything', async () => {
    const { features } = createReporter(([report]) => report!({} as { error: Error }));

    const error = await startError(createTestBackend({ features }));

    expect(error.message).toContain(
      "Module 'a' for plugin 'p' startup failed; caused by Error: unknown error 'undefined'",
    );
  });

  it('[W6.12] cannot while the module itself still runs: that fails the module', async () => {
    const plugin = createTestPlugin('p', {}, undefined, (reg) =>
      reg.registerExtensionPoint({
        extensionPoint: point,
        factory: ({ reportModuleStartupFailure }) => reportModuleStartupFailure,
      }),
    );
    const module = createTestModule('p', 'a', { point }, (deps) =>
      deps.point({ error: new Error('bad input') }),
    );

    const error = await startError(createTestBackend({ features: [plugin, module] }));

    expect(error.message).toContain(
      "Module 'a' for plugin 'p' startup failed; caused by Error: Failed to amend module result for nonexistent module 'a' in plugin 'p'",
    );
  });

  it('[W6.12] after the start only logs it', async () => {
    const { features, reports } = createReporter(() => {});
    const backend = createTestBackend({ features });
    const { result } = await backend.start();

    reports[0]!({ error: new Error('late') });

    expect(backend.lines.at(-1)).toEqual({
      level: 'error',
      message: "Plugin 'p' reported failure for module 'a' after startup",
      meta: new Error('late'),
      fields: { type: 'initialization' },
    });
    expect(result.plugins[0]!.modules[0]).not.toHaveProperty('failure');
  });
});

/** The plugin `p` with the modules `a` and `b`; reports of `a` go through `reports[0]`. */
function createReporter(init: (reports: Report[]) => unknown) {
  const reports: Report[] = [];
  const { features } = createUsedPoint(({ report }) => reports.push(report));
  const [, ...modules] = features;
  const plugin = createTestPlugin(
    'p',
    {},
    () => init(reports),
    (reg) =>
      reg.registerExtensionPoint({
        extensionPoint: point,
        factory: ({ reportModuleStartupFailure: report }) => reports.push(report),
      }),
  );
  return { features: [plugin, ...modules], reports };
}

function createSharing({ createBackendPlugin }: typeof own) {
  return (implementation: unknown) =>
    createBackendPlugin({
      pluginId: 'p',
      register(reg) {
        reg.registerExtensionPoint(point, implementation);
        reg.registerInit({ deps: {}, init: async () => {} });
      },
    });
}

function createFirstForm(implementation: unknown) {
  const registration = {
    type: 'plugin',
    pluginId: 'p',
    extensionPoints: [[point, implementation]],
    init: { deps: {}, func: async () => {} },
  };
  return createRawFeature({
    featureType: 'registrations',
    getRegistrations: () => [registration],
  });
}
