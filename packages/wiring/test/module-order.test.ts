import { describe, expect, it } from 'vitest';
import { setImmediate as tick } from 'node:timers/promises';
import { createExtensionPoint, type BackendModuleRegistrationPoints } from '@stagewire/plugin-api';
import type { BackendStartupError } from '@stagewire/wiring';
import {
  createMeeting,
  createTestBackend,
  createTestModule,
  createTestPlugin,
  startError,
} from './support.js';

const createPoint = (id: string) => createExtensionPoint<object>({ id });
const providing =
  (...points: Array<ReturnType<typeof createPoint>>) =>
  (reg: BackendModuleRegistrationPoints) =>
    points.forEach((point) => reg.registerExtensionPoint(point, {}));

describe('modules of one plugin', () => {
  it('[W6.8] start side by side, in the order of registration', async () => {
    const { events, arrive } = createMeeting(3);
    const features = ['first', 'second', 'third'].map((id) =>
      createTestModule('p', id, {}, () => arrive(id)),
    );

    await createTestBackend({ features: [...features, createTestPlugin('p')] }).start();

    expect(events).toEqual(['first', 'second', 'third']);
  });

  it('[W6.8] that provide an extension point wait for all modules that use it, also slow ones', async () => {
    const point = createPoint('point');
    const events: string[] = [];
    const features = [
      createTestPlugin('p', {}, () => events.push('plugin')),
      createTestModule('p', 'provider', {}, () => events.push('provider'), providing(point)),
      createTestModule('p', 'quick', { point }, () => events.push('quick')),
      createTestModule('p', 'slow', { point }, async () => {
        for (let turn = 0; turn < 20; turn++) await tick();
        events.push('slow');
      }),
      createTestModule('p', 'unrelated', {}, () => events.push('unrelated')),
    ];

    await createTestBackend({ features }).start();

    expect(events.slice(0, 2).toSorted()).toEqual(['quick', 'unrelated']);
    expect(events.slice(2)).toEqual(['slow', 'provider', 'plugin']);
  });

  it('[W6.8] that free others let those begin at once, whoever else still runs', async () => {
    const point = createPoint('point');
    const { arrive } = createMeeting(2);
    const features = [
      createTestPlugin('p'),
      createTestModule('p', 'provider', {}, () => arrive('provider'), providing(point)),
      createTestModule('p', 'user', { point }),
      createTestModule('p', 'slow', {}, () => arrive('slow')),
    ];

    const { result } = await createTestBackend({ features }).start();

    expect(result.outcome).toBe('success');
  });

  it('[W6.8] wait for users that fail, and start then', async () => {
    const point = createPoint('point');
    const events: string[] = [];
    const features = [
      createTestPlugin('p', {}, () => events.push('plugin')),
      createTestModule('p', 'provider', {}, () => events.push('provider'), providing(point)),
      createTestModule('p', 'user', { point }, async () => {
        await tick();
        events.push('user');
        throw new Error('boom');
      }),
    ];

    await startError(createTestBackend({ features }));

    expect(events).toEqual(['user', 'provider', 'plugin']);
  });

  it('[W6.8] do not wait for users that are left out', async () => {
    const point = createPoint('point');
    const absent = createPoint('absent');
    const config = permit('user');
    const features = [
      createTestPlugin('p'),
      createTestModule('p', 'provider', {}, undefined, providing(point)),
      createTestModule('p', 'user', { point, absent }),
    ];

    const { result } = await createTestBackend({ config, features }).start();

    expect(result.plugins[0]!.modules.map(({ moduleId }) => moduleId)).toEqual([
      'user',
      'provider',
    ]);
  });
});

describe('modules that wait for each other', () => {
  const point = createPoint('own');
  const [a, b, c] = ['a', 'b', 'c'].map(createPoint);

  it.each([
    [
      'two',
      [
        createTestModule('p', 'mod-a', { b }, undefined, providing(a!)),
        createTestModule('p', 'mod-b', { a }, undefined, providing(b!)),
      ],
      "'mod-a' -> 'mod-b' -> 'mod-a'",
    ],
    [
      'three',
      [
        createTestModule('p', 'mod-a', { c }, undefined, providing(a!)),
        createTestModule('p', 'mod-b', { a }, undefined, providing(b!)),
        createTestModule('p', 'mod-c', { b }, undefined, providing(c!)),
      ],
      "'mod-a' -> 'mod-b' -> 'mod-c' -> 'mod-a'",
    ],
    [
      'one that uses what it provides itself',
      [createTestModule('p', 'mod', { point }, undefined, providing(point))],
      "'mod' -> 'mod'",
    ],
  ])('[W6.9] fail their plugin: %s', async (_, modules, way) => {
    const error = await startError(
      createTestBackend({ features: [createTestPlugin('p'), ...modules] }),
    );

    const { failure } = (error as BackendStartupError).result.plugins[0]!;
    expect(failure?.error).toMatchObject({
      name: 'ConflictError',
      code: 'E_MODULE_CYCLE',
      message: `Circular dependency detected for modules of plugin 'p', ${way}`,
    });
  });

  it('[W6.9] do not run if their plugin may fail, nor does it; other plugins do', async () => {
    const ran: string[] = [];
    const config = {
      backend: { startup: { plugins: { p: { onPluginBootFailure: 'continue' } } } },
    };
    const features = [
      createTestPlugin('p', {}, () => ran.push('p')),
      createTestPlugin('q', {}, () => ran.push('q')),
      createTestModule('p', 'mod', { point }, () => ran.push('mod'), providing(point)),
      createTestModule('p', 'innocent', {}, () => ran.push('innocent')),
    ];

    const { result } = await createTestBackend({ config, features }).start();

    expect(ran).toEqual(['q']);
    expect(result.plugins.map(({ pluginId, failure }) => [pluginId, failure?.allowed])).toEqual([
      ['p', true],
      ['q', undefined],
    ]);
  });
});

describe('any set of modules', () => {
  it.each(Array.from({ length: 40 }, (_, seed) => seed + 1))(
    '[W6.8] starts each provider after all users of what it provides (random graph %i)',
    async (seed) => {
      const modules = drawModules(seed);
      const began: string[] = [];
      const ended: string[] = [];
      const features = modules.map(({ id, uses, failing }, index) =>
        createTestModule(
          'p',
          id,
          Object.fromEntries(uses.map((point) => [point, createPoint(point)])),
          async () => {
            // Who is done: all users have to be.
            for (const user of modules) {
              if (user.uses.includes(`point-${id}`)) expect(ended).toContain(user.id);
            }
            began.push(id);
            for (let turn = 0; turn < (seed * index) % 4; turn++) await tick();
            ended.push(id);
            if (failing) throw new Error('boom');
          },
          providing(createPoint(`point-${id}`)),
        ),
      );
      const config = {
        backend: { startup: { default: { onPluginModuleBootFailure: 'continue' } } },
      };
      const plugin = createTestPlugin('p', {}, () => expect(ended).toHaveLength(modules.length));

      const { result } = await createTestBackend({
        config,
        features: [...features, plugin],
      }).start();

      expect(began.toSorted()).toEqual(modules.map(({ id }) => id).toSorted());
      const failed = result.plugins[0]!.modules.filter(({ failure }) => failure);
      expect(failed.map(({ moduleId, failure }) => [moduleId, failure!.error.message])).toEqual(
        failed.map(({ moduleId }) => [moduleId, 'boom']),
      );
      expect(failed).toHaveLength(modules.filter(({ failing }) => failing).length);
    },
  );
});

/** 3 to 17 modules without a circle: each uses some of what those that are drawn later provide. */
function drawModules(seed: number) {
  const random = createRandom(seed);
  const size = 3 + Math.floor(random() * 15);
  const ids = Array.from({ length: size }, (_, index) => `m${index}`);
  const modules = ids.map((id, index) => ({
    id,
    uses: ids
      .slice(index + 1)
      .filter(() => random() < 0.3)
      .map((other) => `point-${other}`),
    failing: random() < 0.15,
  }));
  return modules
    .map((module) => ({ module, place: random() }))
    .toSorted((one, other) => one.place - other.place)
    .map(({ module }) => module);
}

/** The same numbers for the same seed, so that a failure can be seen again. */
function createRandom(seed: number): () => number {
  let state = seed * 2_654_435_761;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 374_761_393) >>> 0;
    return state / 2 ** 32;
  };
}

function permit(moduleId: string) {
  const module = { [moduleId]: { onPluginModuleBootFailure: 'continue' } };
  return { backend: { startup: { plugins: { p: { modules: module } } } } };
}
