import { describe, expect, it } from 'vitest';
import type { BackendFeature } from '@stagewire/plugin-api';
import { createSpecializedBackend } from '@stagewire/wiring';
import {
  createTestBackend,
  createTestFactory,
  createTestModule,
  createTestPlugin,
  createTestRef,
  problemsOf,
  startError,
} from './support.js';

const soon = () => new Promise((done) => setImmediate(done));

/** Runs something and gives back the rejections that nobody handled meanwhile. */
async function unhandledWhile(run: () => unknown): Promise<unknown[]> {
  const seen: unknown[] = [];
  const listener = (reason: unknown) => void seen.push(reason);
  process.on('unhandledRejection', listener);
  await run();
  await soon();
  await soon();
  process.off('unhandledRejection', listener);
  return seen;
}

describe('a backend', () => {
  it('[W4.1] has add, start and stop, and nothing else', () => {
    const backend = createSpecializedBackend({ defaultServiceFactories: [] });

    expect(Object.keys(backend).toSorted()).toEqual(['add', 'start', 'stop']);
  });

  it('[W4.1] is made of the default factories it was given, without any of its own', async () => {
    const svc = createTestRef('svc', 'root');

    const { plan } = await createTestBackend({ services: [createTestFactory(svc)] }).start();

    expect(plan.services.map(({ id, source }) => `${id} ${source}`)).toEqual([
      'core.rootConfig default',
      'core.rootLogger default',
      'core.rootLifecycle default',
      'core.lifecycle default',
      'svc default',
      'core.rootInstanceMetadata default',
    ]);
  });
});

const thenable = (value: unknown) => ({
  // oxlint-disable-next-line unicorn/no-thenable -- what is tested
  then: (resolve: (value: unknown) => void) => resolve(value),
});

describe('backend.add', () => {
  const plugin = createTestPlugin('p');
  it.each([
    ['a feature', plugin],
    ['a module namespace', { default: plugin }],
    ['the namespace of a CommonJS module', { default: { default: plugin } }],
    ['a function with a default', Object.assign(() => {}, { default: plugin })],
    ['a feature that has a default as well', Object.assign({ default: 7 }, plugin)],
    ['a promise of a feature', Promise.resolve(plugin)],
    ['a promise of a module namespace', Promise.resolve({ default: plugin })],
    [
      'a promise of the namespace of a CommonJS module',
      Promise.resolve({ default: { default: plugin } }),
    ],
    ['a thenable', thenable({ default: plugin })],
  ])('[W4.2] [W4.3] takes %s', async (_, feature) => {
    const backend = createTestBackend();

    expect(backend.add(feature as BackendFeature)).toBeUndefined();
    expect((await backend.start()).plan.plugins).toHaveLength(1);
  });

  it.each([
    ['three levels of default', { default: { default: { default: plugin } } }],
    ['a promise of three', Promise.resolve({ default: { default: { default: plugin } } })],
    ['a function with then', Object.assign(() => {}, thenable(plugin))],
    ['an empty namespace', {}],
  ])(
    '[W4.3] looks no further than two levels, and for no promise but an object: %s',
    async (_, feature) => {
      const error = await startError(createTestBackend({ features: [feature] }));

      expect(error.message).toBe(
        'Invalid backend feature at features[0].$$type, expected "@backstage/BackendFeature", received undefined',
      );
    },
  );

  it('[W4.2] asks a thenable once', async () => {
    let asked = 0;
    // oxlint-disable-next-line unicorn/no-thenable -- what is tested
    const feature = { then: (resolve: (value: unknown) => void) => (asked++, resolve(plugin)) };

    await createTestBackend({ features: [feature] }).start();

    expect(asked).toBe(1);
  });

  it('[W4.2] throws after start() was called, whether that went well or not', async () => {
    const good = createTestBackend();
    const bad = createTestBackend({ features: [7] });
    const refused = expect.objectContaining({
      message: 'feature can not be added after the backend has started',
      code: 'E_ADD_AFTER_START',
    });

    const starting = good.start();
    expect(() => good.add(plugin)).toThrow(refused);
    await starting;
    await startError(bad);

    expect(() => good.add(plugin)).toThrow(refused);
    expect(() => bad.add(plugin)).toThrow(refused);
  });

  it('[W4.4] of a promise that is rejected makes start() reject with that same error', async () => {
    const reason = new TypeError('no such package');
    const backend = createTestBackend({ features: [plugin, Promise.reject(reason)] });

    const unhandled = await unhandledWhile(async () => {
      await soon();
      expect(await startError(backend)).toBe(reason);
    });

    expect(unhandled).toEqual([]);
  });

  it('[W4.4] of several promises that are rejected tells each, in the order of adding', async () => {
    const late = soon().then(() => Promise.reject(new Error('first')));
    const backend = createTestBackend({ features: [late, Promise.reject(new Error('second'))] });

    const unhandled = await unhandledWhile(async () => {
      expect(problemsOf(await startError(backend))).toEqual(['first', 'second']);
    });

    expect(unhandled).toEqual([]);
  });

  it('[W4.4] of a rejected promise stays quiet if the backend is never started', async () => {
    const unhandled = await unhandledWhile(() =>
      createTestBackend({ features: [Promise.reject(new Error('unheard'))] }),
    );

    expect(unhandled).toEqual([]);
  });

  it('[W4.4] keeps the order of adding, however long a promise takes', async () => {
    const slow = soon().then(() => createTestPlugin('slow'));

    const { plan } = await createTestBackend({ features: [slow, plugin] }).start();

    expect(plan.plugins.map(({ pluginId }) => pluginId)).toEqual(['slow', 'p']);
  });
});

describe('backend.start', () => {
  const started = { message: 'Backend has already started', code: 'E_ALREADY_STARTED' };
  const stopped = { message: 'Backend has already stopped', code: 'E_ALREADY_STOPPED' };

  it('[W4.5] rejects a second call, also while the first one runs, and starts once', async () => {
    const runs: string[] = [];
    const backend = createTestBackend({
      features: [createTestPlugin('p', {}, () => runs.push('p'))],
    });

    const outcomes = await Promise.allSettled([backend.start(), backend.start(), backend.start()]);
    const error = await startError(backend);

    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect((outcomes[1] as PromiseRejectedResult).reason).toMatchObject(started);
    expect(error).toMatchObject(started);
    expect(runs).toEqual(['p']);
  });

  it('[W4.5] rejects after stop(), and after a start that failed', async () => {
    const idle = createTestBackend();
    const failed = createTestBackend({ features: [7] });

    await idle.stop();
    await startError(failed);

    expect(await startError(idle)).toMatchObject(stopped);
    expect(await startError(failed)).toMatchObject(started);
  });

  it('[W11.1] resolves to the result, with the plan and the timeline beside it', async () => {
    const outcome = await createTestBackend({ features: [createTestPlugin('p')] }).start();

    expect(Object.keys(outcome).toSorted()).toEqual(['plan', 'result', 'timeline']);
    expect(structuredClone(outcome)).toEqual(outcome);
  });
});

describe('backend.stop', () => {
  it('[W4.6] does nothing before start(), but keeps the backend from being started', async () => {
    const backend = createTestBackend();

    await backend.stop();

    expect(backend.events).toEqual([]);
    await expect(backend.start()).rejects.toThrow('Backend has already stopped');
  });

  it('[W4.6] stops once, whoever calls it and however often', async () => {
    const backend = createTestBackend({ features: [createTestPlugin('p')] });
    await backend.start();
    backend.events.length = 0;

    await Promise.all([backend.stop(), backend.stop()]);
    await backend.stop();

    expect(backend.events).toEqual(['root beforeShutdown', 'p shutdown', 'root shutdown']);
  });

  it.each([
    ['', ['p startup', 'root startup']],
    ['that fails', ['p startup', 'q startup']],
  ])('[W4.6] waits for a start in progress %s', async (kind, before) => {
    const features = [
      createTestPlugin('p', {}, soon),
      ...(kind
        ? [
            createTestPlugin('q'),
            createTestModule('q', 'm', {}, () => Promise.reject(new Error('boom'))),
          ]
        : []),
    ];
    const backend = createTestBackend({ features });

    const starting = backend.start();
    const outcome = starting.then(
      () => 'started',
      () => 'failed',
    );
    await backend.stop();

    expect(await outcome).toBe(kind ? 'failed' : 'started');
    const at = backend.events.indexOf('root beforeShutdown');
    expect(backend.events.slice(0, at).toSorted()).toEqual(before);
    expect(backend.events.at(-1)).toBe('root shutdown');
  });
});
