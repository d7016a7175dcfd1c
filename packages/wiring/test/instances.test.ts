import { describe, expect, it } from 'vitest';
import { coreServices, createServiceFactory, type BackendFeature } from '@stagewire/plugin-api';
import {
  createTestBackend,
  createTestFactory,
  createTestModule,
  createTestMultiton,
  createTestPlugin,
  createTestRef,
  startError,
} from './support.js';

const root = createTestRef('root', 'root');
const own = createTestRef('own');
const start = (...features: BackendFeature[]) => createTestBackend({ features }).start();
const failing = (...features: BackendFeature[]) => startError(createTestBackend({ features }));
const metadata = coreServices.pluginMetadata;

/** A factory with options that {@link createTestFactory} does not have. */
const aFactory = (options: object): BackendFeature =>
  createServiceFactory({ service: own, deps: {}, factory: () => 'made', ...options } as never);

describe('an instance of a service', () => {
  it('[W3.11] is one for the whole backend, or one for each plugin and its modules', async () => {
    const made: Record<string, unknown[]> = {};
    const keep = (name: string) => (deps: { root: unknown; own: unknown }) =>
      (made[name] = [deps.root, deps.own]);

    await start(
      createTestFactory(root, {}, () => ({})),
      createTestFactory(own, {}, () => ({})),
      createTestPlugin('p', { root, own }, keep('p')),
      createTestModule('p', 'm', { root, own }, keep('p/m')),
      createTestPlugin('q', { root, own }, keep('q')),
    );

    expect(made['p/m']).toEqual(made['p']);
    expect(made['p/m']![1]).toBe(made['p']![1]);
    expect(made['q']![0]).toBe(made['p']![0]);
    expect(made['q']![1]).not.toBe(made['p']![1]);
  });

  it('[W3.11] is made on first demand, and once for all that ask at the same time', async () => {
    const events: string[] = [];
    const lazy = createTestRef('lazy', 'root');

    await start(
      aFactory({ service: lazy, initialization: 'lazy', factory: () => events.push('lazy') }),
      aFactory({
        factory: async () => (events.push('own'), new Promise((done) => setImmediate(done, 'own'))),
      }),
      aFactory({ service: root, initialization: 'lazy', factory: () => events.push('unused') }),
      createTestPlugin('p', { own, lazy }),
      createTestModule('p', 'm1', { own, lazy }),
      createTestModule('p', 'm2', { lazy, own }),
    );

    expect(events.toSorted()).toEqual(['lazy', 'own']);
  });

  it('[W3.11] that could not be made stays so', async () => {
    let attempts = 0;
    const factory = aFactory({
      factory: () => {
        attempts++;
        throw new Error('boom');
      },
    });

    await failing(factory, createTestPlugin('p', { own }), createTestModule('p', 'm', { own }));

    expect(attempts).toBe(1);
  });
});

describe('createRootContext', () => {
  const dep = createTestRef('dep', 'root');
  const other = createTestRef('other');

  it('[W3.12] runs once, with the root services alone, and its result goes to every instance', async () => {
    const calls: unknown[] = [];
    const contexts: unknown[] = [];
    const factory = aFactory({
      deps: { dep, other },
      createRootContext: (deps: object) => (calls.push(deps), { shared: true }),
      factory: (deps: object, context: unknown) => (contexts.push(context), deps),
    });
    const parts = [factory, createTestFactory(dep), createTestFactory(other)];

    await start(...parts, createTestPlugin('p', { own }), createTestPlugin('q', { own }));

    expect(calls).toEqual([{ dep: 'dep' }]);
    expect(contexts).toEqual([{ shared: true }, { shared: true }]);
    expect(contexts[0]).toBe(contexts[1]);

    await start(...parts, createTestPlugin('p', { own }));
    expect(calls).toHaveLength(2);
  });

  it('[W3.12] is not needed: without it the second argument is undefined', async () => {
    const contexts: unknown[] = [];
    const factory = aFactory({ factory: (_: object, context: unknown) => contexts.push(context) });

    await start(factory, createTestPlugin('p', { own }));

    expect(contexts).toEqual([undefined]);
  });
});

const throwing = (error: unknown) => () => {
  throw error;
};
const ofPlugin = (reason: string) =>
  `Backend startup failed due to the following errors:\n  Plugin 'p' startup failed; caused by Error: ${reason}`;

describe('a service that cannot be made', () => {
  const gone = createTestRef('gone');
  const lost = createTestRef('lost');
  const inOwn = "Failed to instantiate service 'own' for 'p' because";

  it('[W3.13] because a root service needs a plugin service is refused before all else', async () => {
    const error = await failing(createTestFactory(root, { own }), createTestFactory(own));

    expect(error).toMatchObject({
      name: 'Error',
      code: 'E_SERVICE_SCOPE',
      message:
        "Failed to instantiate 'root' scoped service 'root' because it depends on 'plugin' scoped service 'own'.",
    });
  });

  it('[W3.13] tells its scope before what is missing', async () => {
    const error = await failing(
      createTestFactory(root, { gone, lost: createTestRef('lost', 'root') }),
    );

    expect(error.message).toContain("because it depends on 'plugin' scoped service 'gone'");
  });

  it('[W3.14] because something is missing tells all that is, for a root service and for a plugin', async () => {
    const rootGone = createTestRef('gone', 'root');
    const rootLost = createTestRef('lost', 'root');

    const ofRoot = await failing(createTestFactory(root, { rootGone, rootLost }));
    const error = await failing(
      createTestFactory(own, { gone, lost }),
      createTestPlugin('p', { own }),
    );

    expect(ofRoot).toMatchObject({
      name: 'Error',
      code: 'E_SERVICE_MISSING',
      message:
        "Failed to instantiate service 'root' for 'root' because the following dependent services are missing: 'gone', 'lost'",
    });
    expect(error.message).toBe(
      ofPlugin(`${inOwn} the following dependent services are missing: 'gone', 'lost'`),
    );
  });

  it('[W3.14] is one problem, however many root services need it', async () => {
    const rootGone = createTestRef('gone', 'root');
    const users = ['a', 'b'].map((id) => createTestFactory(createTestRef(id, 'root'), { root }));

    const error = await failing(createTestFactory(root, { rootGone }), ...users);

    expect(error.message).toBe(
      "Failed to instantiate service 'root' for 'root' because the following dependent services are missing: 'gone'",
    );
  });

  it('[W3.14] misses neither its plugin id, nor multitons, nor what a ref brings itself', async () => {
    const many = createTestMultiton('many', 'plugin');
    const brought = { ...gone, __defaultFactory: async () => createTestFactory(gone) };
    const factory = createTestFactory(own, { metadata, many, brought }, (deps) => ({
      ...deps,
      metadata: deps.metadata.getId(),
    }));
    const seen: unknown[] = [];

    await start(
      factory,
      createTestPlugin('p', { own }, (deps) => seen.push(deps.own)),
    );

    expect(seen).toEqual([{ metadata: 'p', many: [], brought: 'gone' }]);
  });

  it.each([
    [
      'throws',
      aFactory({ factory: throwing(new TypeError('boom')) }),
      `${inOwn} the factory function threw an error, TypeError: boom`,
    ],
    [
      'throws a text',
      aFactory({ factory: throwing('boom') }),
      `${inOwn} the factory function threw an error, Error: boom`,
    ],
    [
      'throws nothing',
      aFactory({ factory: throwing(undefined) }),
      `${inOwn} the factory function threw an error, Error: unknown error 'undefined'`,
    ],
    [
      'throws an error of another kind',
      aFactory({ factory: throwing({ name: 'Odd', message: 'boom' }) }),
      `${inOwn} the factory function threw an error, Odd: boom`,
    ],
    [
      'has no context',
      aFactory({ createRootContext: throwing(new RangeError('boom')) }),
      `${inOwn} the factory function threw an error, Error: Failed to instantiate service 'own' because createRootContext threw an error, RangeError: boom`,
    ],
  ])('[W3.15] tells its plugin that it %s', async (_, factory, reason) => {
    const error = await failing(factory as BackendFeature, createTestPlugin('p', { own }));

    expect(error).toMatchObject({ message: ofPlugin(reason) });
    const [plugin] = (
      error as never as { result: { plugins: Array<{ failure: { error: { code: string } } }> } }
    ).result.plugins;
    expect(plugin!.failure.error.code).toBe('E_SERVICE_FAILED');
  });

  it('[W3.15] tells the whole way to what failed', async () => {
    const inner = aFactory({ service: gone, factory: throwing(new Error('boom')) });

    const error = await failing(
      inner,
      createTestFactory(own, { gone }),
      createTestPlugin('p', { own }),
    );

    expect(error.message).toBe(
      ofPlugin(
        `${inOwn} the factory function threw an error, Error: Failed to instantiate service 'gone' for 'p' because the factory function threw an error, Error: boom`,
      ),
    );
  });

  it('[W3.15] tells the whole way to what is missing, without making anything', async () => {
    const made: string[] = [];
    const features = [
      createTestFactory(lost, { gone }, () => made.push('lost')),
      createTestFactory(own, { lost }),
    ];

    const error = await failing(...features, createTestPlugin('p', { own }));

    expect(error.message).toBe(
      ofPlugin(
        `${inOwn} the factory function threw an error, Error: Failed to instantiate service 'lost' for 'p' because the following dependent services are missing: 'gone'`,
      ),
    );
    expect(made).toEqual([]);
  });
});
