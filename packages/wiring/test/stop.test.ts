import { describe, expect, it } from 'vitest';
import { setImmediate as tick } from 'node:timers/promises';
import { coreServices, type RootLifecycleService } from '@stagewire/plugin-api';
import {
  createMeeting,
  createRawLoader,
  createTestBackend,
  createTestFactory,
  createTestLifecycle,
  createTestMultiton,
  createTestPlugin,
  createTestRef,
  startError,
} from './support.js';

const failing = () => Promise.reject(new Error('boom'));
const needsLifecycle = { lifecycle: coreServices.lifecycle };
const needsBoth = { ...needsLifecycle, rootLifecycle: coreServices.rootLifecycle };

/** A plugin that adds a shutdown hook. */
const adding = (name: string, hook: () => unknown, init?: () => unknown) =>
  createTestPlugin(name, needsLifecycle, ({ lifecycle }) => {
    lifecycle.addShutdownHook(hook);
    return init?.();
  });
describe('stopping a backend', () => {
  it('[W7.3] runs before-shutdown hooks, then those of all plugins, then the root ones', async () => {
    const features = ['p', 'q'].map((id) => createTestPlugin(id, needsLifecycle));
    const backend = createTestBackend({ features });
    await backend.start();
    backend.events.length = 0;

    await backend.stop();

    expect([backend.events[0], backend.events.slice(1, 3).toSorted(), backend.events[3]]).toEqual([
      'root beforeShutdown',
      ['p shutdown', 'q shutdown'],
      'root shutdown',
    ]);
    expect(backend.events).toHaveLength(4);
  });

  it('[W7.3] waits for each stage, and runs all hooks of one stage side by side', async () => {
    const events: string[] = [];
    const hook = (name: string) => async () => {
      events.push(`${name} begins`);
      for (let turn = 0; turn < 3; turn++) await tick();
      events.push(`${name} ends`);
    };
    const { arrive } = createMeeting(4);
    const addHooks = ({ lifecycle, rootLifecycle }: Record<string, RootLifecycleService>) => {
      rootLifecycle!.addBeforeShutdownHook(hook('before'));
      for (const id of ['a', 'b']) lifecycle!.addShutdownHook(() => arrive(id));
      lifecycle!.addShutdownHook(hook('plugin'));
      rootLifecycle!.addShutdownHook(hook('root'));
    };
    const backend = createTestBackend({
      features: [
        createTestPlugin('p', needsBoth, addHooks),
        createTestPlugin('q', needsBoth, addHooks),
      ],
    });
    await backend.start();

    await backend.stop();

    const order = events.map((event) => event.split(' ')[0]);
    expect(order).toEqual(order.toSorted());
    expect(events).toHaveLength(12);
  });

  it('[W7.3] runs the hooks of plugins that failed, and permits any to fail', async () => {
    const events: string[] = [];
    const backend = createTestBackend({
      features: [
        adding('failed', () => events.push('failed'), failing),
        adding('bad', failing),
        adding('well', () => events.push('well')),
      ],
    });
    await startError(backend);

    await backend.stop();

    expect(events.toSorted()).toEqual(['failed', 'well']);
    expect(backend.events.at(-1)).toBe('root shutdown');
  });

  it('[W7.4] runs the same stages after a start that failed', async () => {
    const backend = createTestBackend({
      features: [createTestPlugin('p', needsLifecycle, failing)],
    });
    await startError(backend);
    expect(backend.events).toEqual([]);

    await backend.stop();

    expect(backend.events).toEqual(['root beforeShutdown', 'p shutdown', 'root shutdown']);
  });

  it('[W7.4] after a start that was refused only undoes what was made to know that', async () => {
    const root = createTestRef('root-service', 'root');
    const undone: string[] = [];
    const disposable = () => ({ [Symbol.dispose]: () => undone.push('root-service') });
    const backend = createTestBackend({
      features: [
        createTestFactory(root, {}, disposable),
        createRawLoader('L', () => [], { root, lifecycle: coreServices.rootLifecycle }),
        createTestPlugin('p', { absent: createTestRef('absent') }),
      ],
    });
    await startError(backend);
    expect(undone).toEqual(['root-service']);

    await backend.stop();

    expect(undone).toEqual(['root-service']);
    expect(backend.events).toEqual(['root beforeShutdown', 'root shutdown']);
  });

  it('[W4.6] happens once, whoever asks for it and when', async () => {
    const backend = createTestBackend({ features: [createTestPlugin('p', needsLifecycle)] });
    await backend.start();

    await Promise.all([backend.stop(), backend.stop()]);
    await backend.stop();

    expect(backend.events.filter((event) => event.endsWith('shutdown'))).toEqual([
      'p shutdown',
      'root shutdown',
    ]);
  });

  it.each([
    ['beforeShutdown', ['p shutdown', 'root shutdown']],
    ['shutdown', ['root beforeShutdown', 'p shutdown']],
  ] as const)(
    '[W7.6] fails with what the root lifecycle throws, once everything else was stopped: %s',
    async (stage, stopped) => {
      const events: string[] = [];
      const lifecycle = { ...createTestLifecycle('root', events), [stage]: failing };
      const disposable = createTestFactory(createTestRef('root-service', 'root'), {}, () => ({
        [Symbol.dispose]: () => events.push('undone'),
      }));
      const backend = createTestBackend({
        features: [
          disposable,
          createTestFactory(coreServices.rootLifecycle, {}, () => lifecycle),
          createTestFactory(coreServices.lifecycle, {}, () => createTestLifecycle('p', events)),
          createTestPlugin('p', needsLifecycle),
        ],
      });
      await backend.start();
      events.length = 0;

      await expect(backend.stop()).rejects.toThrow('boom');

      expect(events).toEqual([...stopped, 'undone']);
    },
  );
});

/** Factories that write into `undone` when what they made is disposed of. */
function createDisposables() {
  const undone: string[] = [];
  const create = (
    ref: ReturnType<typeof createTestRef>,
    deps: Record<string, unknown> = {},
    symbol: typeof Symbol.dispose | typeof Symbol.asyncDispose = Symbol.dispose,
  ) => createTestFactory(ref, deps, () => ({ [symbol]: () => undone.push(ref.id) }));
  return { undone, create };
}

describe('services that can be disposed of', () => {
  it('are, last made first: none before those that depend on it', async () => {
    const { undone, create } = createDisposables();
    const [base, middle, top] = ['base', 'middle', 'top'].map((id) => createTestRef(id, 'root'));
    const own = createTestRef('own');
    const ownBase = createTestRef('own-base');
    const backend = createTestBackend({
      features: [
        create(top!, { middle, base }, Symbol.asyncDispose),
        create(middle!, { base }),
        create(base!),
        create(own, { ownBase, top }),
        create(ownBase, {}, Symbol.asyncDispose),
        createTestPlugin('p', { own }),
      ],
    });
    await backend.start();

    await backend.stop();

    expect(undone).toEqual(['own', 'own-base', 'top', 'middle', 'base']);
  });

  it('are after all hooks, once for each plugin and each factory of a multiton', async () => {
    const { undone, create } = createDisposables();
    const many = createTestMultiton('many');
    const own = createTestRef('own');
    const hook = ({ lifecycle }: { lifecycle: RootLifecycleService }) =>
      lifecycle.addShutdownHook(() => void undone.push('hook'));
    const deps = { many, own, lifecycle: coreServices.rootLifecycle };
    const backend = createTestBackend({
      features: [
        create(many),
        create(many),
        create(own),
        createTestPlugin('p', deps, hook),
        createTestPlugin('q', deps),
      ],
    });
    await backend.start();

    await backend.stop();

    expect(undone).toEqual(['hook', 'own', 'own', 'many', 'many']);
  });

  it('are although others fail to be', async () => {
    const { undone, create } = createDisposables();
    const [first, bad, last] = ['first', 'bad', 'last'].map((id) => createTestRef(id, 'root'));
    const backend = createTestBackend({
      features: [
        create(first!),
        createTestFactory(bad!, {}, () => ({ [Symbol.asyncDispose]: failing })),
        createTestFactory(createTestRef('nothing', 'root'), {}, () => undefined),
        create(last!),
      ],
    });
    await backend.start();

    await backend.stop();

    expect(undone).toEqual(['last', 'first']);
  });

  it('are although they came only after the start had failed', async () => {
    const { undone } = createDisposables();
    const [slow, bad, user] = ['slow', 'bad', 'user'].map((id) => createTestRef(id, 'root'));
    const backend = createTestBackend({
      features: [
        createTestFactory(user!, { slow, bad }),
        createTestFactory(bad!, {}, failing),
        createTestFactory(slow!, {}, async () => {
          for (let turn = 0; turn < 10; turn++) await tick();
          return { [Symbol.dispose]: () => undone.push('slow') };
        }),
      ],
    });
    await startError(backend);

    await backend.stop();

    expect(undone).toEqual(['slow']);
  });

  it('are not made in order to be', async () => {
    const made: string[] = [];
    const lifecycle = createTestFactory(coreServices.lifecycle, {}, () => {
      made.push('lifecycle');
      return createTestLifecycle();
    });
    const backend = createTestBackend({
      features: [lifecycle, createTestPlugin('p', {}, failing)],
    });
    await startError(backend);

    await backend.stop();

    expect(made).toEqual([]);
  });
});
