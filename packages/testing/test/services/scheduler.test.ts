import { EventEmitter, once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { SchedulerService } from '@stagewire/plugin-api';
import { schedulerServiceFactory } from '@stagewire/services/scheduler';
import { makeFrom } from '../../src/fake.js';
import { mockServices } from '../../src/index.js';
import { describeBoth } from './both.js';

async function makeReal(): Promise<SchedulerService> {
  const rootLifecycle = mockServices.rootLifecycle();
  const database = mockServices.database();
  onTestFinished(async () => {
    await rootLifecycle.beforeShutdown();
    await database[Symbol.asyncDispose]();
  });
  return makeFrom(schedulerServiceFactory, {
    database,
    logger: mockServices.logger(),
    rootLifecycle,
    httpRouter: mockServices.httpRouter(),
    pluginMetadata: mockServices.pluginMetadata(),
    metrics: mockServices.metrics(),
  });
}

const timeout = { minutes: 1 };
const manual = { frequency: { trigger: 'manual' }, timeout } as const;

describeBoth('scheduler', { real: makeReal, fake: () => mockServices.scheduler() }, (make) => {
  it('SCH-1 refuses ids that are none', async () => {
    const scheduler = await make();

    await expect(scheduler.scheduleTask({ id: ' ', fn() {}, ...manual })).rejects.toThrow(
      expect.objectContaining({ name: 'InputError', code: 'E_SCHEDULER_ID' }),
    );
  });

  it('SCH-2 tells of tasks as they are stored, and refuses schedules that cannot be', async () => {
    const scheduler = await make();
    const cron = { frequency: { cron: '0 */6 * * *' }, timeout, initialDelay: { seconds: 30 } };
    await scheduler.scheduleTask({ id: 'a', fn() {}, ...manual });
    await scheduler.createScheduledTaskRunner(cron).run({ id: 'b', fn() {} });

    expect(await scheduler.getScheduledTasks()).toEqual([
      {
        id: 'a',
        scope: 'global',
        settings: { version: 2, cadence: 'manual', timeoutAfterDuration: 'PT1M' },
      },
      {
        id: 'b',
        scope: 'global',
        settings: {
          version: 2,
          cadence: '0 */6 * * *',
          initialDelayDuration: 'PT30S',
          timeoutAfterDuration: 'PT1M',
        },
      },
    ]);
    await expect(
      scheduler.scheduleTask({ id: 'c', fn() {}, timeout, frequency: { cron: 'often' } }),
    ).rejects.toThrow(expect.objectContaining({ code: 'E_SCHEDULER_TASK' }));
  });

  it('SCH-15 SCH-16 knows which tasks there are and run', async () => {
    const scheduler = await make();
    await scheduler.scheduleTask({ id: 'a', fn() {}, ...manual, scope: 'local' });

    await expect(scheduler.triggerTask('b')).rejects.toThrow('Task b does not exist');
    await expect(scheduler.cancelTask('b')).rejects.toThrow('Task b does not exist');
    await expect(scheduler.cancelTask('a')).rejects.toThrow('Task a is not running');
  });

  it('SCH-15 SCH-16 runs a task when it is triggered, once at a time, until it is cancelled', async () => {
    const scheduler = await make();
    const begun = new EventEmitter();
    const fn = async (abortSignal: AbortSignal) => {
      begun.emit('begun', abortSignal);
      await once(abortSignal, 'abort');
    };
    await scheduler.scheduleTask({ id: 'a', fn, ...manual, scope: 'local' });

    const beginning = once(begun, 'begun');
    const triggered = scheduler.triggerTask('a');
    const [signal] = (await beginning) as [AbortSignal];

    await expect(scheduler.triggerTask('a')).rejects.toThrow('Task a is currently running');
    expect(signal.aborted).toBe(false);
    await scheduler.cancelTask('a');
    expect(signal.aborted).toBe(true);
    await triggered;
  });
});

describe('the fake scheduler', () => {
  const every = { frequency: { minutes: 5 }, timeout };

  async function scheduleAll(scheduler: SchedulerService) {
    const ran: string[] = [];
    const task = (id: string) => ({ id, fn: () => void ran.push(id) });
    await scheduler.scheduleTask({ ...every, ...task('plain') });
    await scheduler.scheduleTask({ ...manual, ...task('manual') });
    await scheduler.scheduleTask({ ...every, initialDelay: { minutes: 1 }, ...task('delayed') });
    return ran;
  }

  it.each([
    [{}, ['plain']],
    [{ skipTaskRunOnStartup: true }, []],
    [{ includeManualTasksOnStartup: true }, ['plain', 'manual']],
    [{ includeInitialDelayedTasksOnStartup: true }, ['plain', 'delayed']],
  ])('W13.4 runs at the start, with %j: %j', async (options, expected) => {
    const lifecycle = mockServices.lifecycle();
    const logger = mockServices.logger();
    const scheduler = await makeFrom(mockServices.scheduler.factory(options), {
      lifecycle,
      logger,
    });
    const ran = await scheduleAll(scheduler);

    const before = [...ran];
    await lifecycle.startup();

    expect([before, ran]).toEqual([[], expected]);
  });

  it('tells the trigger of a failure, and the log of one at the start', async () => {
    const logger = mockServices.rootLogger();
    const scheduler = mockServices.scheduler({ logger });
    const error = new Error('broken');
    await scheduler.scheduleTask({ id: 'a', fn: () => Promise.reject(error), ...every });

    await expect(scheduler.triggerTask('a')).rejects.toBe(error);
    await scheduler.start();

    expect(logger.lines).toEqual([{ level: 'error', message: 'Task a failed', fields: {}, error }]);
  });

  it('does not run a task that the plugin has ended', async () => {
    const scheduler = mockServices.scheduler();
    const ran: number[] = [];
    const signal = AbortSignal.abort();
    await scheduler.scheduleTask({ id: 'a', fn: () => void ran.push(1), signal, ...every });

    await scheduler.triggerTask('a');

    expect(ran).toEqual([]);
  });
});
