import { describe, expect, it } from 'vitest';
import {
  coreServices,
  createExtensionPoint,
  createServiceFactory,
  createServiceRef,
  type RootConfigService,
} from '@stagewire/plugin-api';
import { ConfigReader, type JsonObject } from '@stagewire/config';
import { BackendRefusedError, BackendStartupError } from '@stagewire/wiring';
import {
  createRawFeature,
  createRawLoader,
  createTestBackend,
  createTestFactory,
  createTestLifecycle,
  createTestModule,
  createTestPlugin,
  createTestRef,
  startError,
} from './support.js';

const boom = () => Promise.reject(new Error('boom'));
const withStartup = (startup: JsonObject) => ({ backend: { startup } });
const permitAll = withStartup({
  default: { onPluginBootFailure: 'continue', onPluginModuleBootFailure: 'continue' },
});

const ofModule = (word: string) => ({
  plugins: { p: { modules: { m: { onPluginModuleBootFailure: word } } } },
});

/** How a backend comes up in which the plugin `p` and its module `m`, or one of them, fail. */
async function startFailing(failing: 'plugin' | 'module', startup: JsonObject | undefined) {
  const features = [
    createTestPlugin('p', {}, failing === 'plugin' ? boom : undefined),
    createTestModule('p', 'm', {}, failing === 'module' ? boom : undefined),
  ];
  const config = startup && withStartup(startup);
  try {
    const { result } = await createTestBackend({ features, ...(config && { config }) }).start();
    return result.outcome;
  } catch (error) {
    return (error as BackendStartupError).result.outcome;
  }
}

describe('the failure of a plugin', () => {
  it.each<[string, JsonObject | undefined, 'success' | 'failure']>([
    ['with no word on it', undefined, 'failure'],
    ['with the default', { default: { onPluginBootFailure: 'continue' } }, 'success'],
    ['with its own key', { plugins: { p: { onPluginBootFailure: 'continue' } } }, 'success'],
    [
      'with its own key against the default',
      {
        default: { onPluginBootFailure: 'continue' },
        plugins: { p: { onPluginBootFailure: 'abort' } },
      },
      'failure',
    ],
    [
      'with the default for modules',
      { default: { onPluginModuleBootFailure: 'continue' } },
      'failure',
    ],
    [
      'with an id of another case',
      { plugins: { P: { onPluginBootFailure: 'continue' } } },
      'failure',
    ],
    [
      'with a word of another case',
      { plugins: { p: { onPluginBootFailure: 'Continue' } } },
      'failure',
    ],
    ['with any other word', { plugins: { p: { onPluginBootFailure: 'ignore' } } }, 'failure'],
  ])('[W10.1] [W10.2] is judged %s', async (_, startup, outcome) => {
    expect(await startFailing('plugin', startup)).toBe(outcome);
  });
});

describe('the failure of a module', () => {
  it.each<[string, JsonObject | undefined, 'success' | 'failure']>([
    ['with no word on it', undefined, 'failure'],
    ['with the default', { default: { onPluginModuleBootFailure: 'continue' } }, 'success'],
    ['with its own key', ofModule('continue'), 'success'],
    [
      'with its own key against the default',
      { default: { onPluginModuleBootFailure: 'continue' }, ...ofModule('abort') },
      'failure',
    ],
    [
      'with a plugin that may fail, which says nothing of its modules',
      { plugins: { p: { onPluginBootFailure: 'continue' } } },
      'failure',
    ],
    ['with the default for plugins', { default: { onPluginBootFailure: 'continue' } }, 'failure'],
    ['with any other word', ofModule('yes'), 'failure'],
  ])('[W10.1] [W10.2] is judged %s', async (_, startup, outcome) => {
    expect(await startFailing('module', startup)).toBe(outcome);
  });
});

describe('the policy', () => {
  it('[W10.1] is read once: what changes in the configuration later is not seen', async () => {
    const policy = { onPluginBootFailure: 'continue' };
    const data = withStartup({ default: policy });
    const config = createServiceFactory({
      service: coreServices.rootConfig,
      deps: {},
      factory: () => new ConfigReader(data) as RootConfigService,
    });
    const plugin = createTestPlugin('p', {}, () => {
      policy.onPluginBootFailure = 'abort';
      throw new Error('boom');
    });

    const { result } = await createTestBackend({ features: [config, plugin] }).start();

    expect(result.plugins[0]!.failure?.allowed).toBe(true);
  });

  it.each<[string, JsonObject, string]>([
    [
      'a value that is not text',
      { plugins: { q: { onPluginBootFailure: true } } },
      'backend.startup.plugins.q.onPluginBootFailure',
    ],
    ['a section that is none', { plugins: 'continue' }, 'backend.startup.plugins'],
    ['a bare number for a duration', { initWarningAfter: 5 }, 'backend.startup.initWarningAfter'],
  ])('[W10.1] refuses %s before anything runs, by its key', async (_, startup, key) => {
    const ran: string[] = [];
    const features = [createTestPlugin('p', {}, () => ran.push('p'))];

    const error = await startError(createTestBackend({ config: withStartup(startup), features }));

    expect(error.message).toContain(key.split('.').at(-1));
    expect(error.code).toMatch(/^E_CONFIG/);
    expect(ran).toEqual([]);
  });

  it('[W10.1] permits nothing without a configuration service', async () => {
    const features = [createTestPlugin('p', {}, boom)];

    const error = await startError(
      createTestBackend({ features, without: [coreServices.rootConfig.id] }),
    );

    expect(error).toBeInstanceOf(BackendStartupError);
  });
});

describe('what the policy covers', () => {
  const point = createExtensionPoint<object>({ id: 'point' });
  const eager = createServiceFactory({
    service: createServiceRef<unknown>({ id: 'eager' }),
    deps: { id: coreServices.pluginMetadata },
    initialization: 'always',
    factory: async ({ id }) => id.getId() === 'p' && boom(),
  });
  const badLifecycle = createTestFactory(
    coreServices.lifecycle,
    { id: coreServices.pluginMetadata },
    ({ id }) => ({ ...createTestLifecycle(), ...(id.getId() === 'p' && { startup: boom }) }),
  );
  const malformed = createRawFeature({
    getRegistrations: () => [{ type: 'plugin', pluginId: 'p', extensionPoints: 'none' }],
  });

  it.each([
    ['a malformed registration', [malformed]],
    ['a duplicate', [createTestPlugin('p'), createTestPlugin('p')]],
    [
      'extension points in conflict',
      [
        createTestPlugin('o', {}, undefined, (reg) => reg.registerExtensionPoint(point, {})),
        createTestPlugin('p', {}, undefined, (reg) => reg.registerExtensionPoint(point, {})),
      ],
    ],
    ['an eager plugin service', [eager, createTestPlugin('p')]],
    ['a missing dependency', [createTestPlugin('p', { absent: createTestRef('absent') })]],
    ['an init function', [createTestPlugin('p', {}, boom)]],
    ['the lifecycle of the plugin', [badLifecycle, createTestPlugin('p')]],
  ])('[W10.3] is %s', async (_, features) => {
    const ran: string[] = [];
    const other = createTestPlugin('other', {}, () => ran.push('other'));

    const { result } = await createTestBackend({
      config: permitAll,
      features: [...features, other],
    }).start();

    expect(result.outcome).toBe('success');
    expect(result.plugins.find(({ pluginId }) => pluginId === 'p')?.failure?.allowed).toBe(true);
    expect(ran).toEqual(['other']);
  });

  const root = createTestRef('root-service', 'root');
  const circular = createTestRef('circular', 'root');
  const throwing = createRawFeature({
    getRegistrations: () => {
      throw new Error('boom');
    },
  });

  it.each([
    ['a root service', [createTestFactory(root, {}, boom)], 'boom'],
    [
      'a feature loader',
      [createRawLoader('L', boom)],
      'Feature loader L failed; caused by Error: boom',
    ],
    ['register() that throws', [throwing], 'boom'],
    ['what is no feature', [{}], 'Invalid backend feature at features[0].$$type'],
    [
      'two factories for one service',
      [createTestFactory(root), createTestFactory(root)],
      'Duplicate service implementations provided for root-service',
    ],
    [
      'services in a circle',
      [createTestFactory(circular, { root }), createTestFactory(root, { circular })],
      'Circular dependencies detected:',
    ],
  ])('[W10.3] is not %s: that fails the start itself', async (_, features, message) => {
    const error = await startError(createTestBackend({ config: permitAll, features }));

    expect(error).not.toBeInstanceOf(BackendStartupError);
    expect(error).not.toBeInstanceOf(BackendRefusedError);
    expect(error.message).toContain(message);
  });
});
