import { describe, expect, it } from 'vitest';
import { setTimeout as wait } from 'node:timers/promises';
import { createBackendFeatureLoader, createExtensionPoint } from '@stagewire/plugin-api';
import type { TimelineEntry } from '@stagewire/wiring';
import { installPlugin } from './package-fixture.js';
import {
  createTestBackend,
  createTestFactory,
  createTestModule,
  createTestPlugin,
  createTestRef,
} from './support.js';

const point = createExtensionPoint<object>({ id: 'point' });
const mailer = createTestRef('mailer');
const config = {
  backend: {
    startup: {
      default: { onPluginBootFailure: 'continue', onPluginModuleBootFailure: 'continue' },
    },
  },
};

/** One of everything that takes time. */
const createFullBackend = () =>
  createTestBackend({
    config,
    features: [
      createTestFactory(mailer, {}, () => wait(10, 'mailer')),
      createBackendFeatureLoader({ loader: () => [createTestPlugin('loaded')] }),
      createTestPlugin('p', { mailer }),
      createTestModule('p', 'provider', {}, undefined, (reg) =>
        reg.registerExtensionPoint(point, {}),
      ),
      createTestModule('p', 'user', { point }, () => wait(10)),
      createTestModule('p', 'fails', {}, () => Promise.reject(undefined)),
      createTestPlugin('fails', {}, () => Promise.reject(new Error('boom'))),
    ],
  });

const find = (timeline: TimelineEntry[], kind: TimelineEntry['kind'], id: string) =>
  timeline.find((entry) => entry.kind === kind && entry.id === id)!;
const endOf = ({ start, duration }: TimelineEntry) => start + duration!;

describe('the timeline of a start', () => {
  it('tells everything that took time, in the order of beginning', async () => {
    const { timeline } = await createFullBackend().start();

    const starts = timeline.map(({ start }) => start);
    expect(starts).toEqual(starts.toSorted((one, other) => one - other));
    const told = timeline
      .filter(({ id }) => !id.startsWith('core.'))
      .map(({ kind, id, pluginId }) => [kind, id.replace(/^created at .*/, 'L'), pluginId]);
    expect(told.slice(0, 3)).toEqual([
      ['collect', 'collect', undefined],
      ['loader', 'L', undefined],
      ['check', 'check', undefined],
    ]);
    expect(told).toEqual(
      expect.arrayContaining([
        ['service', 'mailer', 'p'],
        ['module', 'provider', 'p'],
        ['module', 'user', 'p'],
        ['module', 'fails', 'p'],
        ['plugin', 'p', 'p'],
        ['plugin', 'loaded', 'loaded'],
        ['plugin', 'fails', 'fails'],
        ['startup-hooks', 'p', 'p'],
        ['startup-hooks', 'root', undefined],
      ]),
    );
  });

  it('tells how long each took, and whom a module waited for', async () => {
    const { timeline } = await createFullBackend().start();

    const user = find(timeline, 'module', 'user');
    const provider = find(timeline, 'module', 'provider');
    expect(timeline.every(({ duration }) => typeof duration === 'number')).toBe(true);
    expect(user.duration).toBeGreaterThan(8);
    expect(provider.waitedFor).toEqual(['user']);
    expect(provider.start).toBeGreaterThanOrEqual(endOf(user));
    expect(find(timeline, 'plugin', 'p').start).toBeGreaterThanOrEqual(endOf(provider));
    expect(find(timeline, 'service', 'mailer').duration).toBeGreaterThan(8);
  });

  it('tells what failed, and with what', async () => {
    const { timeline } = await createFullBackend().start();

    const failed = timeline.filter(({ error }) => error !== undefined);
    expect(failed.map(({ kind, id, error }) => [kind, id, error]).toSorted()).toEqual([
      ['module', 'fails', "unknown error 'undefined'"],
      ['plugin', 'fails', 'boom'],
    ]);
  });

  it('is plain data', async () => {
    const { timeline } = await createFullBackend().start();

    expect(JSON.parse(JSON.stringify(timeline))).toStrictEqual(timeline);
  });

  it('names the package of a plugin', async () => {
    const feature = installPlugin('plugin-todo-backend', '1.2.3', 'todo');

    const { timeline } = await createTestBackend({ features: [feature] }).start();

    expect(find(timeline, 'plugin', 'todo').package).toBe('plugin-todo-backend@1.2.3');
  });
});
