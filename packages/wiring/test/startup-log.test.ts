import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { coreServices } from '@stagewire/plugin-api';
import {
  createTestBackend,
  createTestModule,
  createTestPlugin,
  startError,
  type TestBackend,
} from './support.js';

const failing = () => Promise.reject(new Error('boom'));
const messagesOf = ({ lines }: TestBackend) => lines.map(({ message }) => message);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A plugin whose init takes some seconds. */
const createSlowPlugin = (id: string, seconds: number) =>
  createTestPlugin(id, {}, () => new Promise((done) => setTimeout(done, seconds * 1000)));

/** The seconds after which something was logged, with what was. */
async function logOf(backend: TestBackend, seconds: number): Promise<Array<[number, string]>> {
  const log: Array<[number, string]> = [];
  const started = backend.start();
  let seen = 0;
  await vi.advanceTimersByTimeAsync(0);
  for (let second = 0; second <= seconds; second++) {
    for (const message of messagesOf(backend).slice(seen)) log.push([second, message]);
    seen = backend.lines.length;
    await vi.advanceTimersByTimeAsync(1000);
  }
  await started;
  return log.filter(([, message]) => message.startsWith('Plugin initialization'));
}

describe('the log of a start', () => {
  it('[W11.7] tells which plugins start, by id, and that they are done', async () => {
    const features = ['b', 'c', 'a'].map((id) => createTestPlugin(id));
    const backend = createTestBackend({ features });

    await backend.start();

    expect(backend.lines).toEqual([
      {
        level: 'info',
        message: "Plugin initialization started: 'a', 'b', 'c'",
        fields: { type: 'initialization' },
      },
      {
        level: 'info',
        message: expect.stringMatching(
          /^Plugin initialization complete, newly initialized: '.', '.', '.'$/,
        ),
        fields: { type: 'initialization' },
      },
    ]);
  });

  it('[W11.7] tells what is on its way after 1, 1, 2, 3, 5, 8 … seconds, at most 60', async () => {
    const backend = createTestBackend({
      config: { backend: { startup: { initWarningAfter: '1 hour' } } },
      features: [createSlowPlugin('a', 300)],
    });

    const log = await logOf(backend, 301);

    const told = log.filter(([, message]) => message.includes('in progress'));
    const seconds = told.map(([second]) => second);
    const steps = seconds.map((second, index) => second - (seconds[index - 1] ?? 0));
    expect(steps).toEqual([1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 60, 60]);
  });

  it('[W11.7] tells what is new and what is still on its way, each time', async () => {
    const backend = createTestBackend({
      features: [
        createSlowPlugin('b', 1.5),
        createSlowPlugin('a', 3),
        createSlowPlugin('c', 0.5),
        createSlowPlugin('d', 5),
      ],
    });

    expect(await logOf(backend, 6)).toEqual([
      [0, "Plugin initialization started: 'a', 'b', 'c', 'd'"],
      [
        1,
        "Plugin initialization in progress, newly initialized: 'c', still initializing: 'a', 'b', 'd'",
      ],
      [
        2,
        "Plugin initialization in progress, newly initialized: 'b', still initializing: 'a', 'd'",
      ],
      [4, "Plugin initialization in progress, newly initialized: 'a', still initializing: 'd'"],
      [5, "Plugin initialization complete, newly initialized: 'd'"],
    ]);
  });

  it('[W11.7] is silent once the start is over', async () => {
    const backend = createTestBackend({ features: [createTestPlugin('a')] });
    await backend.start();
    const before = backend.lines.length;

    await vi.advanceTimersByTimeAsync(120_000);

    expect(backend.lines).toHaveLength(before);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('[W11.7] is not needed', async () => {
    const backend = createTestBackend({
      features: [createTestPlugin('a')],
      without: [coreServices.rootLogger.id],
    });

    expect((await backend.start()).result.outcome).toBe('success');
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a failure in the log', () => {
  const permitted = {
    backend: {
      startup: {
        default: { onPluginBootFailure: 'continue', onPluginModuleBootFailure: 'continue' },
      },
    },
  };
  const plugin = createTestPlugin('p', {}, failing);
  const module = [createTestPlugin('p'), createTestModule('p', 'm', {}, failing)];

  it.each([
    ['of a plugin', [plugin], {}, "Plugin 'p' threw an error during startup."],
    [
      'of a plugin that may fail',
      [plugin],
      permitted,
      "Plugin 'p' threw an error during startup, but boot failure is permitted for this plugin so startup will continue.",
    ],
    [
      'of a module, of whose plugin is waited for',
      module,
      {},
      "Module m in Plugin 'p' threw an error during startup, waiting for 1 other plugins to finish before shutting down the process.",
    ],
    [
      'of a module that may fail',
      module,
      permitted,
      "Module m in Plugin 'p' threw an error during startup, but boot failure is permitted for this plugin module so startup will continue.",
    ],
  ])('[W11.8] is told with the error: %s', async (_, features, config, message) => {
    const backend = createTestBackend({ config, features });

    await backend.start().catch(() => {});

    expect(backend.lines).toContainEqual({
      level: 'error',
      message,
      meta: new Error('boom'),
      fields: { type: 'initialization' },
    });
  });

  it('[W11.8] tells how many plugins it waits for', async () => {
    const backend = createTestBackend({
      features: [plugin, createSlowPlugin('a', 1), createSlowPlugin('b', 1)],
    });

    const error = startError(backend);
    await vi.advanceTimersByTimeAsync(2000);
    await error;

    expect(messagesOf(backend)).toContain(
      "Plugin 'p' threw an error during startup, waiting for 2 other plugins to finish before shutting down the process.",
    );
  });

  it('[W11.8] of a plugin that was left out before anything ran is told alike', async () => {
    const backend = createTestBackend({
      config: permitted,
      features: [createTestPlugin('p'), createTestPlugin('p')],
    });

    await backend.start();

    expect(backend.lines).toContainEqual(
      expect.objectContaining({
        level: 'error',
        message:
          "Plugin 'p' threw an error during startup, but boot failure is permitted for this plugin so startup will continue.",
        meta: expect.objectContaining({ message: "Plugin 'p' is already registered" }),
      }),
    );
  });
});
