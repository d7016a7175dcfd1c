import { describe, expect, it } from 'vitest';
import { createServiceFactory, type BackendFeature, type ServiceRef } from '@stagewire/plugin-api';
import { BackendStartupError } from '@stagewire/wiring';
import {
  createTestBackend,
  createTestFactory,
  createTestModule,
  createTestMultiton,
  createTestPlugin,
  createTestRef,
  startError,
} from './support.js';

/** Writes what is made into `events`, and takes its time. */
function createRecorder() {
  const events: string[] = [];
  const recording = (service: ServiceRef<unknown>, options: object = {}): BackendFeature =>
    createServiceFactory({
      service,
      deps: {},
      async factory() {
        events.push(`${service.id} begins`);
        await new Promise((done) => setImmediate(done));
        events.push(service.id);
        return service.id;
      },
      ...options,
    } as never);
  return { events, recording };
}

const always = { initialization: 'always' };
const lazy = { initialization: 'lazy' };

describe('root services', () => {
  it('[W3.21] are made at start, one after the other in the order of the registry', async () => {
    const { events, recording } = createRecorder();
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((id) => createTestRef(id, 'root'));
    const services = [recording(a!), recording(b!, lazy), recording(c!, always)];
    const features = [recording(d!), recording(a!)];

    await createTestBackend({ services, features }).start();

    expect(events).toEqual(['a begins', 'a', 'c begins', 'c', 'd begins', 'd']);
  });

  it('[W3.21] that are lazy and not needed may be impossible to make', async () => {
    const { events, recording } = createRecorder();
    const lost = recording(createTestRef('lost', 'root'), {
      ...lazy,
      deps: { gone: createTestRef('gone', 'root') },
    });
    const { plan } = await createTestBackend({ features: [lost] }).start();

    expect(plan.diagnostics).toEqual([]);
    expect(events).toEqual([]);
  });

  it('[W3.21] that the check itself asks come first: configuration, then logger', async () => {
    const backend = createTestBackend({
      services: [createTestFactory(createTestRef('z', 'root'))],
    });

    const { timeline } = await backend.start();

    const made = timeline.filter(({ kind }) => kind === 'service').map(({ id }) => id);
    expect(made).toEqual([
      'core.rootConfig',
      'core.rootLogger',
      'core.rootLifecycle',
      'z',
      'core.rootInstanceMetadata',
    ]);
  });

  it('[W3.22] of a multiton are all made if the first one says so', async () => {
    const { events, recording } = createRecorder();
    const eager = createTestMultiton('eager');
    const idle = createTestMultiton('idle');
    const features = [
      recording(eager),
      recording(eager, lazy),
      recording(idle, lazy),
      recording(idle, always),
    ];

    await createTestBackend({ features }).start();

    expect(events.filter((event) => !event.endsWith('begins'))).toEqual(['eager', 'eager']);
  });

  it('[W3.23] that fail are what start() rejects with, and no plugin runs', async () => {
    const events: string[] = [];
    const failure = new RangeError('boom');
    const broken = createTestFactory(createTestRef('broken', 'root'), {}, () => {
      throw failure;
    });
    const config = { backend: { startup: { default: { onPluginBootFailure: 'continue' } } } };
    const plugin = createTestPlugin('p', {}, () => events.push('p'));

    const error = await startError(createTestBackend({ config, features: [plugin, broken] }));

    expect(error).toBe(failure);
    expect(events).toEqual([]);
  });

  it.each<[unknown, string]>([
    ['boom', 'boom'],
    [undefined, 'undefined'],
    [{ name: 'Odd', message: 'boom' }, '[object Object]'],
  ])('[W3.23] [W3.15] are not wrapped, even if they reject with %o', async (reason) => {
    const broken = createTestFactory(createTestRef('broken', 'root'), {}, () =>
      Promise.reject(reason),
    );

    const outcome = await createTestBackend({ features: [broken] })
      .start()
      .then(
        () => 'started',
        (error: unknown) => ({ error }),
      );

    expect(outcome).toEqual({ error: reason });
  });
});

describe('plugin services', () => {
  const own = createTestRef('own');

  it('[W3.21] are made for every plugin before its modules only if they say `always`', async () => {
    const { events, recording } = createRecorder();
    const eager = createTestRef('eager');
    const orphaned = createTestModule('absent', 'm');
    const tell = (name: string) => () => events.push(name);

    await createTestBackend({
      services: [recording(eager, always), recording(own)],
      features: [
        createTestPlugin('p', {}, tell('p')),
        createTestModule('p', 'm', {}, tell('m')),
        orphaned,
      ],
    }).start();

    expect(events).toEqual(['eager begins', 'eager', 'm', 'p']);
  });

  it('[W3.21] are made one after the other in the order of the registry', async () => {
    const { events, recording } = createRecorder();
    const [a, b] = [createTestRef('a'), createTestRef('b')];

    await createTestBackend({
      services: [recording(a, always), recording(b, always)],
      features: [createTestPlugin('p')],
    }).start();

    expect(events).toEqual(['a begins', 'a', 'b begins', 'b']);
  });

  it('[W3.22] of a multiton go by the first one, too', async () => {
    const { events, recording } = createRecorder();
    const eager = createTestMultiton('eager', 'plugin');
    const idle = createTestMultiton('idle', 'plugin');
    const features = [
      recording(eager, always),
      recording(eager),
      recording(idle),
      recording(idle, always),
    ];

    await createTestBackend({ features: [...features, createTestPlugin('p')] }).start();

    expect(events.filter((event) => !event.endsWith('begins'))).toEqual(['eager', 'eager']);
  });

  it('[W3.23] that are eager and fail are the failure of each plugin, whose modules do not run', async () => {
    const events: string[] = [];
    const broken = createServiceFactory({
      ...always,
      service: own,
      deps: {},
      factory: () => {
        throw new Error('boom');
      },
    } as never) as BackendFeature;
    const features = ['p', 'q'].flatMap((id) => [
      createTestPlugin(id, {}, () => events.push(id)),
      createTestModule(id, 'm', {}, () => events.push(`${id}/m`)),
    ]);

    const error = await startError(createTestBackend({ features: [broken, ...features] }));

    expect(error.message.split('\n').slice(1)).toEqual(
      ['p', 'q'].map(
        (id) =>
          `  Plugin '${id}' startup failed; caused by Error: Failed to instantiate service 'own' for '${id}' because the factory function threw an error, Error: boom`,
      ),
    );
    expect(events).toEqual([]);
  });

  it('[W3.23] that are eager and lack something fail their plugins before anything runs', async () => {
    const events: string[] = [];
    const gone = createTestRef('gone');
    const broken = createServiceFactory({
      ...always,
      service: own,
      deps: { gone },
      factory: () => 1,
    } as never) as BackendFeature;
    const plugin = createTestPlugin('p', {}, () => events.push('p'));

    const error = await startError(createTestBackend({ features: [plugin, broken] }));

    expect(error).toBeInstanceOf(BackendStartupError);
    expect((error as BackendStartupError).result.plugins[0]!.failure!.error.message).toBe(
      "Failed to instantiate service 'own' for 'p' because the following dependent services are missing: 'gone'",
    );
    expect(events).toEqual([]);
  });

  it('[W3.24] that are eager are made for plugins that never ask', async () => {
    const mounted: string[] = [];
    const router = createServiceFactory({
      ...always,
      service: createTestRef('router'),
      deps: { metadata: { ...createTestRef('core.pluginMetadata') } },
      factory: (deps: { metadata: { getId(): string } }) =>
        mounted.push(`/api/${deps.metadata.getId()}`),
    } as never) as BackendFeature;

    await createTestBackend({
      services: [router],
      features: [createTestPlugin('p'), createTestPlugin('q')],
    }).start();

    expect(mounted).toEqual(['/api/p', '/api/q']);
  });
});
