import { describe, expect, it } from 'vitest';
import { setImmediate as tick } from 'node:timers/promises';
import { coreServices, createServiceFactory, type LoggerService } from '@stagewire/plugin-api';
import { BackendStartupError } from '@stagewire/wiring';
import {
  createRecordingLogger,
  createTestBackend,
  createTestFactory,
  createTestModule,
  createTestPlugin,
  createTestRef,
  startError,
} from './support.js';

const failing = (reason: unknown) => () => Promise.reject(reason);
const after = (turns: number) => async () => {
  for (let turn = 0; turn < turns; turn++) await tick();
};

describe('the result of a start', () => {
  it('[W11.1] tells when it began and ended, and every plugin with its modules', async () => {
    const features = [createTestPlugin('p'), createTestModule('p', 'm'), createTestPlugin('q')];

    const { result } = await createTestBackend({ features }).start();

    expect(result).toEqual({
      beginAt: expect.any(Date),
      resultAt: expect.any(Date),
      outcome: 'success',
      plugins: expect.arrayContaining([
        {
          pluginId: 'p',
          resultAt: expect.any(Date),
          modules: [{ moduleId: 'm', resultAt: expect.any(Date) }],
        },
        { pluginId: 'q', resultAt: expect.any(Date), modules: [] },
      ]),
    });
    expect(result.plugins).toHaveLength(2);
  });

  it('[W11.1] is a success when all failures were permitted', async () => {
    const config = {
      backend: { startup: { plugins: { p: { onPluginBootFailure: 'continue' } } } },
    };
    const error = new Error('boom');

    const { result } = await createTestBackend({
      config,
      features: [createTestPlugin('p', {}, failing(error))],
    }).start();

    expect(result.outcome).toBe('success');
    expect(result.plugins[0]!.failure).toEqual({ error, allowed: true });
    expect(result.plugins[0]!.failure!.error).toBe(error);
  });

  it('[W11.2] lists plugins and modules as they were done; what failed before comes first', async () => {
    const config = { backend: { startup: { default: { onPluginBootFailure: 'continue' } } } };
    const features = [
      createTestPlugin('slow', {}, after(10)),
      createTestPlugin('quick'),
      createTestModule('quick', 'slow', {}, after(4)),
      createTestModule('quick', 'quick'),
      createTestPlugin('twice'),
      createTestPlugin('twice'),
    ];

    const { result } = await createTestBackend({ config, features }).start();

    expect(result.plugins.map(({ pluginId }) => pluginId)).toEqual(['twice', 'quick', 'slow']);
    expect(result.plugins[1]!.modules.map(({ moduleId }) => moduleId)).toEqual(['quick', 'slow']);
  });

  it('[W11.2] begins after the root services were made, and each date is that of being done', async () => {
    const dates: Record<string, number> = {};
    const note = (name: string) => async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      dates[name] = Date.now();
    };
    const features = [
      createTestFactory(createTestRef('root-service', 'root'), {}, note('root service')),
      createTestPlugin('p', {}, note('plugin')),
      createTestModule('p', 'm', {}, note('module')),
    ];

    const { result } = await createTestBackend({ features }).start();

    const [plugin] = result.plugins;
    const told = [result.beginAt, plugin!.modules[0]!.resultAt, plugin!.resultAt, result.resultAt];
    const [begin, module, itself, end] = told.map((date) => date.getTime()) as number[];
    expect(begin).toBeGreaterThanOrEqual(dates['root service']!);
    expect(begin).toBeLessThan(dates['module']!);
    expect(module).toBeGreaterThanOrEqual(dates['module']!);
    expect(module).toBeLessThan(dates['plugin']!);
    expect(itself).toBeGreaterThanOrEqual(dates['plugin']!);
    expect(end).toBeGreaterThanOrEqual(itself!);
  });

  it.each([
    ['a text', 'boom', new Error('boom')],
    ['a number', 42, new Error("unknown error '42'")],
    ['undefined', undefined, new Error("unknown error 'undefined'")],
    ['null', null, new Error("unknown error 'null'")],
    ['an object', { code: 1 }, new Error("unknown error '[object Object]'")],
    [
      'an error without a name',
      { name: '', message: 'x' },
      new Error("unknown error '[object Object]'"),
    ],
  ])('[W11.3] makes an error of what was thrown: %s', async (_, reason, expected) => {
    const features = [
      createTestPlugin('p', {}, failing(reason)),
      createTestModule('p', 'm', {}, failing(reason)),
    ];

    const error = await startError(createTestBackend({ features }));

    const [plugin] = (error as BackendStartupError).result.plugins;
    expect(plugin!.failure!.error).toEqual(expected);
    expect(plugin!.modules[0]!.failure!.error).toEqual(expected);
  });

  it('[W11.3] keeps what looks like an error as it is, and tells it by name', async () => {
    const reason = { name: 'OddError', message: 'odd' };

    const error = await startError(
      createTestBackend({ features: [createTestPlugin('p', {}, failing(reason))] }),
    );

    expect((error as BackendStartupError).result.plugins[0]!.failure!.error).toBe(reason);
    expect(error.message).toContain("Plugin 'p' startup failed; caused by OddError: odd");
  });
});

describe('a start that fails', () => {
  const permittedModule = {
    backend: {
      startup: { plugins: { b: { modules: { well: { onPluginModuleBootFailure: 'continue' } } } } },
    },
  };

  it('[W11.4] rejects with every failure that is not permitted, a plugin before its modules', async () => {
    const features = [
      createTestPlugin('a', {}, failing(new TypeError('first'))),
      createTestModule('a', 'm', {}, failing(new Error('second'))),
      createTestPlugin('b'),
      createTestModule('b', 'm', {}, failing('third')),
      createTestModule('b', 'well', {}, failing('permitted')),
      createTestPlugin('c'),
    ];

    const error = await startError(createTestBackend({ config: permittedModule, features }));

    expect(error).toBeInstanceOf(BackendStartupError);
    expect(error).toMatchObject({
      name: 'BackendStartupError',
      code: 'E_STARTUP_FAILED',
      fix: expect.stringContaining('onPluginBootFailure: continue'),
    });
    const [first, ...lines] = error.message.split('\n');
    expect(first).toBe('Backend startup failed due to the following errors:');
    const ofA = lines.filter((line) => line.includes("'a'"));
    expect(ofA).toEqual([
      "  Plugin 'a' startup failed; caused by TypeError: first",
      "  Module 'm' for plugin 'a' startup failed; caused by Error: second",
    ]);
    expect(lines.filter((line) => !ofA.includes(line))).toEqual([
      "  Module 'm' for plugin 'b' startup failed; caused by Error: third",
    ]);
  });

  it('[W11.4] tells the result of all plugins', async () => {
    const features = [createTestPlugin('a', {}, failing(new Error('boom'))), createTestPlugin('b')];

    const error = await startError(createTestBackend({ features }));

    const { result } = error as BackendStartupError;
    expect(result).toMatchObject({ beginAt: expect.any(Date), outcome: 'failure' });
    expect(result.plugins.map(({ pluginId, failure }) => [pluginId, failure?.allowed])).toEqual([
      ['a', false],
      ['b', undefined],
    ]);
  });

  it('[W11.6] rejects with what nobody expected, once all plugins are done', async () => {
    const done: string[] = [];
    const logger = createServiceFactory({
      service: coreServices.rootLogger,
      deps: {},
      factory: () => createBrokenLogger(),
    });
    const features = [
      logger,
      createTestPlugin('a', {}, failing(new Error('boom'))),
      createTestPlugin('b', {}, async () => {
        await after(5)();
        done.push('b');
      }),
    ];

    const error = await startError(createTestBackend({ features }));

    expect(error).toMatchObject({
      name: 'RangeError',
      code: 'E_STARTUP_UNEXPECTED',
      message: 'Unexpected uncaught backend startup error; caused by RangeError: the log is full',
    });
    expect(done).toEqual(['b']);
  });
});

/** Cannot tell errors, which the wiring does not expect of a logger. */
function createBrokenLogger(): LoggerService {
  return {
    ...createRecordingLogger(),
    error() {
      throw new RangeError('the log is full');
    },
    child: () => createBrokenLogger(),
  };
}
