import { describe, expect, it } from 'vitest';
import { coreServices, createServiceFactory, createServiceRef } from '@stagewire/plugin-api';
import {
  createRawFeature,
  createTestBackend,
  createTestModule,
  createTestPlugin,
} from './support.js';

type Installed = Array<{ pluginId: string; modules: Array<{ moduleId: string }> }>;

const tolerant = {
  backend: {
    startup: {
      default: { onPluginBootFailure: 'continue', onPluginModuleBootFailure: 'continue' },
    },
  },
};

const failing = () => Promise.reject(new Error('boom'));
/** What a backend tells of itself to one of its plugins, which is added last. */
async function readInstalled(features: unknown[]): Promise<Installed> {
  let read: (() => Promise<unknown>) | undefined;
  const reader = createTestPlugin('reader', { it: coreServices.rootInstanceMetadata }, (deps) => {
    read = deps.it.getInstalledPlugins;
  });
  await createTestBackend({ config: tolerant, features: [...features, reader] }).start();
  return (await read!()) as Installed;
}

describe('core.rootInstanceMetadata', () => {
  it('[W12.1] lists plugins in the order of registration, each with its modules', async () => {
    const installed = await readInstalled([
      createTestModule('b', 'first'),
      createTestPlugin('b'),
      createTestPlugin('a'),
      createTestModule('absent', 'm'),
      createTestModule('b', 'second'),
      createTestModule('a', 'm'),
    ]);

    expect(installed).toEqual([
      { pluginId: 'b', modules: [{ moduleId: 'first' }, { moduleId: 'second' }] },
      { pluginId: 'a', modules: [{ moduleId: 'm' }] },
      { pluginId: 'reader', modules: [] },
    ]);
  });

  it('[W12.1] lists plugins and modules that fail, once each', async () => {
    const installed = await readInstalled([
      createTestPlugin('fails', {}, failing),
      createTestModule('fails', 'm', {}, failing),
      createTestPlugin('twice'),
      createTestPlugin('twice'),
      createTestModule('twice', 'm'),
      createTestModule('twice', 'm'),
      createTestPlugin('lacks', { absent: createServiceRef({ id: 'absent' }) }),
    ]);

    expect(installed).toEqual([
      { pluginId: 'fails', modules: [{ moduleId: 'm' }] },
      { pluginId: 'twice', modules: [{ moduleId: 'm' }] },
      { pluginId: 'lacks', modules: [] },
      { pluginId: 'reader', modules: [] },
    ]);
  });

  it('[W12.1] lists what older plugin APIs registered', async () => {
    const empty = { extensionPoints: [], init: { deps: {}, func: async () => {} } };
    const old = createRawFeature({
      getRegistrations: () => [
        { type: 'plugin', pluginId: 'old', ...empty },
        { type: 'module', pluginId: 'old', moduleId: 'm', ...empty },
      ],
    });

    expect((await readInstalled([old]))[0]).toEqual({
      pluginId: 'old',
      modules: [{ moduleId: 'm' }],
    });
  });

  it('[W12.1] is frozen all through', async () => {
    const installed = await readInstalled([createTestPlugin('p'), createTestModule('p', 'm')]);

    expect(() => (installed[0]!.pluginId = 'other')).toThrow(
      "Cannot assign to read only property 'pluginId' of object",
    );
    expect(() => (installed[0]!.modules[0]!.moduleId = 'other')).toThrow(
      "Cannot assign to read only property 'moduleId' of object",
    );
    expect(() => installed[0]!.modules.push({ moduleId: 'other' })).toThrow(TypeError);
    expect(() => installed.pop()).toThrow(TypeError);
  });

  it('[W12.1] is there for root services, before any plugin starts', async () => {
    let installed: unknown;
    const service = createServiceRef<unknown>({ id: 'curious', scope: 'root' });
    const curious = createServiceFactory({
      service,
      deps: { metadata: coreServices.rootInstanceMetadata },
      factory: async ({ metadata }) => (installed = await metadata.getInstalledPlugins()),
    });

    await createTestBackend({ features: [curious, createTestPlugin('p')] }).start();

    expect(installed).toEqual([{ pluginId: 'p', modules: [] }]);
  });
});
