import { describe, expect, it } from 'vitest';
import { setImmediate as tick } from 'node:timers/promises';
import { coreServices, createServiceFactory, createServiceRef } from '@stagewire/plugin-api';
import type { BackendStartupError } from '@stagewire/wiring';
import {
  createMeeting,
  createTestBackend,
  createTestFactory,
  createTestLifecycle,
  createTestModule,
  createTestPlugin,
  createTestRef,
  startError,
} from './support.js';

const boom = () => Promise.reject(new Error('boom'));
const tolerant = { backend: { startup: { default: { onPluginBootFailure: 'continue' } } } };

/** A plugin scoped service that every plugin gets, asked for or not. */
function createEagerService(factory: (pluginId: string) => unknown) {
  return createServiceFactory({
    service: createServiceRef<unknown>({ id: 'eager' }),
    deps: { metadata: coreServices.pluginMetadata },
    initialization: 'always',
    factory: async ({ metadata }) => factory(metadata.getId()),
  });
}

describe('a plugin', () => {
  it('[W6.5] [W7.1] starts in order: eager services, modules, itself, its startup hooks', async () => {
    const events: string[] = [];
    const deps = { lifecycle: coreServices.lifecycle };
    const backend = createTestBackend({
      features: [
        createTestPlugin('p', deps, async ({ lifecycle }) => {
          lifecycle.addStartupHook(() => events.push('hook'));
          events.push('plugin begins');
          await tick();
          events.push('plugin ends');
        }),
        createTestModule('p', 'm', {}, async () => {
          events.push('module begins');
          await tick();
          events.push('module ends');
        }),
        createEagerService(() => events.push('eager')),
      ],
    });

    await backend.start();

    expect(events).toEqual([
      'eager',
      'module begins',
      'module ends',
      'plugin begins',
      'plugin ends',
      'hook',
    ]);
    expect(backend.events).toEqual(['p startup', 'root startup']);
  });

  it('[W6.5] does not wait for any other plugin', async () => {
    const { events, arrive } = createMeeting(3);
    const features = ['a', 'b', 'c'].map((id) => createTestPlugin(id, {}, () => arrive(id)));

    await createTestBackend({ features }).start();

    expect(events).toEqual(['a', 'b', 'c']);
  });

  it('[W7.1] has its startup hooks run before slower plugins are done', async () => {
    const events: string[] = [];
    const hooked = createTestPlugin('hooked', { lifecycle: coreServices.lifecycle }, (deps) =>
      deps.lifecycle.addStartupHook(() => events.push('hook')),
    );
    const slow = createTestPlugin('slow', {}, async () => {
      for (let turn = 0; turn < 10; turn++) await tick();
      events.push('slow');
    });

    await createTestBackend({ features: [slow, hooked] }).start();

    expect(events).toEqual(['hook', 'slow']);
  });

  it.each([
    ['an eager service', [createTestPlugin('p')], "Failed to instantiate service 'eager' for 'p'"],
    ['a service that it needs', [createTestPlugin('p', { made: createTestRef('made') })], "'made'"],
    ['its own init', [createTestPlugin('p', {}, boom)], 'boom'],
  ])('[W6.5] fails through %s', async (cause, features, message) => {
    const services = [
      createTestFactory(createTestRef('made'), {}, boom),
      ...(cause === 'an eager service' ? [createEagerService((id) => id === 'p' && boom())] : []),
    ];
    const backend = createTestBackend({
      config: tolerant,
      services,
      features: [...features, createTestPlugin('other')],
    });

    const { result } = await backend.start();

    const failures = result.plugins.map(({ pluginId, failure }) => [
      pluginId,
      failure?.error.message,
    ]);
    expect(failures.toSorted()).toEqual([
      ['other', undefined],
      ['p', expect.stringContaining(message)],
    ]);
    expect(backend.events).not.toContain('p startup');
  });

  it('[W6.5] whose eager service fails does not run, nor do its modules', async () => {
    const ran: string[] = [];
    const features = [
      createEagerService(boom),
      createTestPlugin('p', {}, () => ran.push('plugin')),
      createTestModule('p', 'm', {}, () => ran.push('module')),
    ];

    await createTestBackend({ config: tolerant, features }).start();

    expect(ran).toEqual([]);
  });

  it('[W6.5] that is known to lack something is left out with its modules, which upstream ran first', async () => {
    const ran: string[] = [];
    const features = [
      createTestPlugin('p', { absent: createTestRef('absent') }, () => ran.push('plugin')),
      createTestModule('p', 'm', {}, () => ran.push('module')),
    ];

    const { result } = await createTestBackend({ config: tolerant, features }).start();

    expect(ran).toEqual([]);
    expect(result.plugins).toEqual([
      {
        pluginId: 'p',
        resultAt: expect.any(Date),
        modules: [],
        failure: { allowed: true, error: expect.any(Error) },
      },
    ]);
  });

  it('[W6.5] [Q7] is told once, as failed, when its lifecycle throws', async () => {
    const lifecycle = createTestFactory(coreServices.lifecycle, {}, () => ({
      ...createTestLifecycle(),
      startup: boom,
    }));

    const error = await startError(
      createTestBackend({ features: [lifecycle, createTestPlugin('p')] }),
    );

    expect((error as BackendStartupError).result.plugins).toEqual([
      expect.objectContaining({ pluginId: 'p', failure: expect.anything() }),
    ]);
  });

  it('[W7.2] that failed does not get its startup hooks run', async () => {
    const backend = createTestBackend({
      config: tolerant,
      features: [createTestPlugin('fails', {}, boom), createTestPlugin('well')],
    });

    await backend.start();

    expect(backend.events).toEqual(['well startup', 'root startup']);
  });
});

describe('a module that fails', () => {
  it.each([
    ['in its init', {}, boom],
    ['to get a service', { made: createTestRef('made') }, () => {}],
  ])(
    '[W6.6] %s keeps neither other modules nor the plugin from starting',
    async (_, deps, init) => {
      const ran: string[] = [];
      const features = [
        createTestFactory(createTestRef('made'), {}, boom),
        createTestPlugin('p', {}, () => ran.push('plugin')),
        createTestModule('p', 'fails', deps, init),
        createTestModule('p', 'well', {}, () => ran.push('module')),
      ];
      const backend = createTestBackend({ features });

      const error = await startError(backend);

      expect(ran).toEqual(['module', 'plugin']);
      expect(backend.events).toEqual(['p startup']);
      const [result] = (error as BackendStartupError).result.plugins;
      expect(result).not.toHaveProperty('failure');
      expect(
        Object.fromEntries(result!.modules.map(({ moduleId, failure }) => [moduleId, failure])),
      ).toEqual({ well: undefined, fails: { allowed: false, error: expect.any(Error) } });
    },
  );
});

describe('a plugin that fails', () => {
  const never = createTestRef('never-made');

  it('[W10.4] [W10.2] never stops the others: twelve plugins, each with a fate of its own', async () => {
    const up: string[] = [];
    const well = (id: string, wait = 0) =>
      createTestPlugin(id, {}, async () => {
        for (let turn = 0; turn < wait; turn++) await tick();
        up.push(id);
      });
    const features = [
      createTestFactory(never, {}, boom),
      well('well-1'),
      createTestPlugin('throws', {}, () => {
        throw new Error('thrown');
      }),
      well('well-slow', 30),
      createTestPlugin('rejects-late', {}, async () => {
        for (let turn = 0; turn < 10; turn++) await tick();
        throw new Error('late');
      }),
      createTestPlugin('module-fails', {}, () => up.push('module-fails')),
      createTestModule('module-fails', 'm', {}, boom),
      createTestPlugin('throws-nothing', {}, () => Promise.reject(undefined)),
      createTestPlugin('no-service', { never }),
      createTestPlugin('throws-text', {}, () => Promise.reject('text')),
      createTestPlugin('bad-hooks'),
      createTestFactory(coreServices.lifecycle, { id: coreServices.pluginMetadata }, ({ id }) => ({
        ...createTestLifecycle(),
        ...(id.getId() === 'bad-hooks' && { startup: boom }),
      })),
      well('well-2'),
      createTestPlugin('bad-shape', {}, () => Promise.reject(Object.create(null, SHAPE))),
      well('well-3', 3),
    ];

    const error = await startError(createTestBackend({ features }));

    const { plugins, outcome } = (error as BackendStartupError).result;
    const failed = plugins.filter(({ failure }) => failure).map(({ pluginId }) => pluginId);
    expect(plugins).toHaveLength(12);
    expect(outcome).toBe('failure');
    expect(up.toSorted()).toEqual(['module-fails', 'well-1', 'well-2', 'well-3', 'well-slow']);
    expect(failed.toSorted()).toEqual([
      'bad-hooks',
      'bad-shape',
      'no-service',
      'rejects-late',
      'throws',
      'throws-nothing',
      'throws-text',
    ]);
  });
});

/** What some libraries throw: it looks like an error and cannot be turned into text. */
const SHAPE = {
  name: { value: 'OddError', enumerable: true },
  message: { value: 'odd', enumerable: true },
};
