import { describe, expect, it } from 'vitest';
import {
  coreServices,
  createBackendModule,
  createServiceFactory,
  type BackendFeature,
} from '@stagewire/plugin-api';
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
  problemsOf,
  startError,
} from './support.js';

const permissive = {
  backend: {
    startup: {
      default: { onPluginBootFailure: 'continue', onPluginModuleBootFailure: 'continue' },
    },
  },
};

describe('a start', () => {
  it('[W5.1] goes from loaders to registrations, root services, plugins and root hooks', async () => {
    const events: string[] = [];
    const tell = (what: string) => () => void events.push(what);
    const eager = createServiceFactory({
      service: createTestRef('eager'),
      initialization: 'always',
      deps: {},
      factory: tell('plugin service'),
    } as never) as BackendFeature;
    const lifecycles = [coreServices.rootLifecycle, coreServices.lifecycle].map((service) => {
      const name = service.scope === 'root' ? 'root' : 'plugin';
      return createTestFactory(service, {}, () => createTestLifecycle(name, events));
    });

    await createTestBackend({
      features: [
        ...lifecycles,
        createTestPlugin('p', {}, tell('plugin'), tell('register plugin')),
        createTestModule('p', 'm', {}, tell('module'), tell('register module')),
        createTestFactory(createTestRef('svc', 'root'), {}, tell('root service')),
        createRawLoader('L', () => (events.push('loader'), [])),
        eager,
      ],
    }).start();

    expect(events).toEqual([
      'loader',
      'register plugin',
      'register module',
      'root service',
      'plugin service',
      'module',
      'plugin',
      'plugin startup',
      'root startup',
    ]);
  });

  it('[W5.1] names all plugins in the log, sorted, also those that only a module names', async () => {
    const features = [createTestModule('c', 'm'), createTestPlugin('b'), createTestPlugin('a')];
    const backend = createTestBackend({ features });

    await backend.start();

    const infos = backend.lines
      .filter(({ level }) => level === 'info')
      .map(({ message }) => message);
    expect(infos[0]).toBe("Plugin initialization started: 'a', 'b', 'c'");
  });

  it('[W5.1] does not run root startup hooks when a plugin failed', async () => {
    const backend = createTestBackend({
      features: [
        createTestPlugin('p', {}, () => Promise.reject(new Error('boom'))),
        createTestPlugin('q'),
      ],
    });

    await startError(backend);

    expect(backend.events).toEqual(['q startup']);
  });

  it('[W5.1] with 1,000 plugins and modules registers, makes and runs each once', async () => {
    const counts = { register: 0, service: 0, plugin: 0, module: 0 };
    const count = (what: keyof typeof counts) => () => void counts[what]++;
    const own = createTestRef('own');
    const features = Array.from({ length: 1000 }, (_, index) => [
      createTestPlugin(`p${index}`, { own }, count('plugin'), count('register')),
      createTestModule(`p${index}`, 'm', { own }, count('module'), count('register')),
    ]).flat();
    const makes = createTestFactory(own, {}, () => (counts.service++, 'own'));
    const backend = createTestBackend({ features: [makes, ...features] });

    const { result, plan } = await backend.start();
    await backend.stop();

    expect(result.plugins).toHaveLength(1000);
    expect(plan.plugins.map(({ pluginId }) => pluginId).slice(998)).toEqual(['p998', 'p999']);
    expect(counts).toEqual({ register: 2000, service: 1000, plugin: 1000, module: 1000 });
    expect(backend.events.filter((event) => event.endsWith(' shutdown'))).toHaveLength(1001);
  });

  it('[W5.1] follows a chain of 1,000 services', async () => {
    const refs = Array.from({ length: 1000 }, (_, index) => createTestRef(`s${index}`, 'root'));
    const features = refs.map((ref, index) =>
      createTestFactory(
        ref,
        index > 0 ? { needs: refs[index - 1] } : {},
        ({ needs }) => (needs ?? 0) + 1,
      ),
    );
    let seen: unknown;
    const plugin = createTestPlugin('p', { last: refs.at(-1) }, (deps) => (seen = deps.last));

    await createTestBackend({ features: [...features.toReversed(), plugin] }).start();

    expect(seen).toBe(1000);
  });
});

const throwing = (reason: unknown) => () => {
  throw reason;
};

describe('register() that throws', () => {
  it('[W5.1] [Q4] is what start() rejects with, whatever policy permits, and no plugin runs', async () => {
    const events: string[] = [];
    const failure = new RangeError('boom');
    const features = [
      createTestPlugin('p', {}, undefined, throwing(failure)),
      createTestPlugin('q', {}, () => events.push('q')),
    ];

    const error = await startError(createTestBackend({ config: permissive, features }));

    expect(error).toBe(failure);
    expect(events).toEqual([]);
  });

  it.each([
    ['a text', 'boom', 'boom'],
    ['nothing', undefined, "unknown error 'undefined'"],
    ['null', null, "unknown error 'null'"],
    ['a symbol', Symbol('boom'), "unknown error 'Symbol(boom)'"],
  ])('[W5.1] is told as an error if it throws %s', async (_, reason, message) => {
    const feature = createRawFeature({ getRegistrations: throwing(reason) });

    const error = await startError(createTestBackend({ features: [feature] }));

    expect(error).toBeInstanceOf(Error);
    expect(error.message).toBe(message);
  });

  it('[W2.3] keeps the message for a module that registers nothing', async () => {
    const module = createBackendModule({ pluginId: 'p', moduleId: 'm', register: () => {} });

    const error = await startError(createTestBackend({ features: [module] }));

    expect(error.message).toBe('registerInit was not called by register in m module for p');
  });
});

describe('everything that can be known before', () => {
  const missing = createTestRef('missing');
  const events: string[] = [];
  const good = createTestPlugin('good', {}, () => events.push('good'));
  const eager = createTestFactory(createTestRef('eager', 'root'), {}, () => events.push('eager'));
  const ofPlugin =
    "Service or extension point dependencies of plugin 'p' are missing for the following ref(s): serviceRef{missing}";

  it('[W5.1] refuses a start before anything is made, where upstream ran the others', async () => {
    const features = [good, eager, createTestPlugin('p', { missing })];

    const error = await startError(createTestBackend({ features }));

    expect(error).toBeInstanceOf(BackendStartupError);
    expect(error.message).toBe(
      `Backend startup failed due to the following errors:\n  Plugin 'p' startup failed; caused by Error: ${ofPlugin}`,
    );
    expect(events).toEqual([]);
  });

  it('[W5.1] is told at once, problems of the backend and of plugins together', async () => {
    const features = [
      good,
      createTestPlugin('p', { missing }),
      createTestFactory(coreServices.rootInstanceMetadata),
    ];
    const duplicate = 'Duplicate service implementations provided for core.rootInstanceMetadata';

    const both = await startError(
      createTestBackend({ without: ['core.rootLifecycle'], features: features.slice(0, 2) }),
    );
    const first = await startError(createTestBackend({ features }));

    expect(both).toBeInstanceOf(BackendRefusedError);
    expect(problemsOf(both)).toEqual([
      'Unexpected root lifecycle service implementation',
      ofPlugin,
    ]);
    // What a refused factory would have provided is not told as missing on top.
    expect(first.message).toBe(duplicate);
  });

  it('[W6.4] warns of a module without its plugin, and refuses the start where configured so', async () => {
    const features = [createTestModule('absent', 'm', {}, () => events.push('m'))];
    const config = { backend: { startup: { default: { onOrphanModule: 'abort' } } } };

    const { result, plan } = await createTestBackend({ features }).start();
    const error = await startError(createTestBackend({ config, features }));

    expect(result.plugins).toEqual([]);
    expect(plan.diagnostics).toMatchObject([{ severity: 'warning', code: 'E_MODULE_ORPHAN' }]);
    expect(error).toBeInstanceOf(BackendStartupError);
    expect(problemsOf(error)).toEqual([plan.diagnostics[0]!.problem]);
    expect(events).toEqual([]);
  });
});
