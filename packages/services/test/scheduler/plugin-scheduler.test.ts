import { SpanStatusCode, trace, type TracerProvider } from '@opentelemetry/api';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { successionOf } from '@stagewire/plugin-api/internal';
import { systemClock } from '../../src/scheduler/clock.js';
import { fakeSuccession } from '../support/fake-succession.js';
import { createScheduler, createTask, FakeClock, settle } from './support.js';

const schedule = { frequency: { hours: 1 }, timeout: { minutes: 1 } };

describe('a scheduler', () => {
  it('costs nothing as long as nothing is scheduled', async () => {
    let connections = 0;
    const { scheduler, clock, hooks, records } = createScheduler({
      watchExpired: true,
      database: {
        getClient: () => {
          connections++;
          throw new Error('nobody asked for it');
        },
      },
    });

    scheduler.createScheduledTaskRunner(schedule);
    await clock.advance(3_600_000);

    expect([connections, clock.sleepers, hooks.length, records.length]).toEqual([0, 0, 0, 0]);
    expect(await scheduler.getScheduledTasks()).toEqual([]);
  });

  it.each([[''], ['  '], [undefined], [7]])('[SCH-1] refuses the id %j', async (id) => {
    const { scheduler } = createScheduler();

    await expect(
      scheduler.scheduleTask({ ...schedule, id: id as string, fn: () => {} }),
    ).rejects.toMatchObject({
      name: 'InputError',
      message: `${id} is not a valid ID, expected non-empty string`,
    });
  });

  it('[SCH-1] schedules a task a second time, and warns', async () => {
    const { scheduler, clock, logger } = createScheduler();
    const task = createTask();
    const local = { ...schedule, id: 'task', fn: task.fn, scope: 'local' as const };

    await scheduler.scheduleTask(local);
    await scheduler.scheduleTask(local);
    await clock.advance(0);

    expect(task.runs).toBe(2);
    expect(logger.lines).toContain('warn Task task is scheduled a second time');
  });

  it('[SCH-2] logs each task that is scheduled', async () => {
    const { scheduler, logger } = createScheduler();

    await scheduler.scheduleTask({ ...schedule, id: 'task', fn: () => {} });

    expect(logger.lines).toContain(
      'info Scheduled task task, {"scope":"global","version":2,"cadence":"PT1H","timeoutAfterDuration":"PT1M"}',
    );
  });

  it('keeps a schedule for a task that comes later', async () => {
    const { scheduler, clock } = createScheduler();
    const task = createTask();
    const runner = scheduler.createScheduledTaskRunner({ ...schedule, scope: 'local' });
    await clock.advance(0);
    expect(task.runs).toBe(0);

    await runner.run({ id: 'task', fn: task.fn });
    await clock.advance(0);

    expect(task.runs).toBe(1);
  });

  it('tells which tasks were scheduled', async () => {
    const { scheduler } = createScheduler();
    await scheduler.scheduleTask({ ...schedule, id: 'a', fn: () => {} });
    await scheduler.scheduleTask({ ...schedule, id: 'b', fn: () => {}, scope: 'local' });

    const settings = { version: 2, cadence: 'PT1H', timeoutAfterDuration: 'PT1M' };
    expect(await scheduler.getScheduledTasks()).toEqual([
      { id: 'a', scope: 'global', settings },
      { id: 'b', scope: 'local', settings },
    ]);
  });

  it('fails to schedule a task that it cannot store', async () => {
    const { scheduler } = createScheduler({
      database: { getClient: () => Promise.reject(new Error('the database is down')) },
    });

    await expect(scheduler.scheduleTask({ ...schedule, id: 'task', fn: () => {} })).rejects.toThrow(
      'the database is down',
    );
    expect(await scheduler.getScheduledTasks()).toEqual([]);
  });

  it('stops everything with the backend, and runs nothing after that', async () => {
    const clock = new FakeClock();
    const { scheduler, stop, hooks } = createScheduler({ clock, watchExpired: true });
    const task = createTask();
    await scheduler.scheduleTask({ ...schedule, id: 'a', fn: task.fn });
    await scheduler.scheduleTask({ ...schedule, id: 'b', fn: task.fn, scope: 'local' });
    await settle();

    await Promise.all([stop(), stop()]);
    await scheduler.scheduleTask({ ...schedule, id: 'c', fn: task.fn, scope: 'local' });
    await clock.advance(24 * 3_600_000);

    expect([task.runs, clock.sleepers, hooks.length]).toEqual([2, 0, 1]);
  });

  it('does not begin a run when the backend stops', async () => {
    const { scheduler, stop } = createScheduler();
    const task = createTask();
    await scheduler.scheduleTask({ ...schedule, id: 'a', fn: task.fn, scope: 'local' });

    await stop();

    expect(task.runs).toBe(0);
  });

  it('has room for many tasks without a warning of Node', async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error) => void warnings.push(warning);
    process.on('warning', onWarning);
    onTestFinished(() => void process.off('warning', onWarning));
    const { scheduler, clock } = createScheduler();
    const { signal } = new AbortController();

    for (let i = 0; i < 15; i++) {
      await scheduler.scheduleTask({ ...schedule, id: `g${i}`, fn: () => {} });
      await scheduler.scheduleTask({ ...schedule, id: `s${i}`, fn: () => {}, signal });
    }
    await clock.advance(1_000);

    expect(warnings).toEqual([]);
  });

  it('[SCH-18] measures each run', async () => {
    const { scheduler, records, clock } = createScheduler();
    const task = createTask();
    await scheduler.scheduleTask({ ...schedule, id: 'good', fn: task.fn, scope: 'local' });
    await clock.advance(0);
    await scheduler.scheduleTask({
      ...schedule,
      id: 'bad',
      fn: async () => Promise.reject(new Error('no')),
      scope: 'local',
    });
    await clock.advance(0);

    const summary = records.map(({ name, value, attributes }) => [
      name.replace('backend_tasks.task.runs.', ''),
      name.endsWith('count') ? value : value > 0,
      attributes,
    ]);
    expect(summary).toEqual([
      ['count', 1, { ...of('good'), result: 'started' }],
      ['started', true, of('good')],
      ['count', 1, { ...of('good'), result: 'completed' }],
      ['duration', true, { ...of('good'), result: 'completed' }],
      ['completed', true, of('good')],
      ['count', 1, { ...of('bad'), result: 'started' }],
      ['started', true, of('bad')],
      ['count', 1, { ...of('bad'), result: 'failed' }],
      ['duration', true, { ...of('bad'), result: 'failed' }],
      ['completed', true, of('bad')],
    ]);
  });
});

it('[SCH-18] each run has a span', async () => {
  const spans: unknown[] = [];
  const startActiveSpan = (name: string, options: object, run: (span: object) => unknown) => {
    const span = { name, ...options, events: [] as unknown[] };
    spans.push(span);
    return run({
      recordException: (error: Error) => span.events.push(error.message),
      setStatus: ({ code }: { code: number }) => span.events.push(code),
      end: () => span.events.push('end'),
    });
  };
  const getTracer = (tracer: string) => ({
    startActiveSpan: (name: string, ...rest: [object, (span: object) => unknown]) =>
      startActiveSpan(`${tracer}: ${name}`, ...rest),
  });
  trace.setGlobalTracerProvider({ getTracer } as unknown as TracerProvider);
  onTestFinished(() => trace.disable());
  const { scheduler, clock } = createScheduler();

  await scheduler.scheduleTask({ ...schedule, id: 'good', fn: () => {}, scope: 'local' });
  await clock.advance(0);
  await scheduler.scheduleTask({
    ...schedule,
    id: 'bad',
    fn: async () => Promise.reject(new Error('no')),
    scope: 'local',
  });
  await clock.advance(0);

  expect(spans).toEqual([
    {
      name: 'backstage-service-scheduler: task good',
      attributes: of('good'),
      events: ['end'],
    },
    {
      name: 'backstage-service-scheduler: task bad',
      attributes: of('bad'),
      events: ['no', SpanStatusCode.ERROR, 'end'],
    },
  ]);
});

it('works by the clock of the machine', async () => {
  const { scheduler, stop } = createScheduler({ clock: systemClock });
  const [local, global] = [createTask(), createTask()];
  const often = { frequency: { milliseconds: 100 }, timeout: { seconds: 1 } };

  await scheduler.scheduleTask({ ...often, id: 'local', fn: local.fn, scope: 'local' });
  await scheduler.scheduleTask({ ...often, id: 'global', fn: global.fn });
  await vi.waitFor(() => expect(Math.min(local.runs, global.runs)).toBeGreaterThanOrEqual(3));
  await stop();

  const before = [local.runs, global.runs];
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect([local.runs, global.runs]).toEqual(before);
});

const of = (taskId: string) => ({ taskId, scope: 'local' });

describe('a scheduler of a later version of a plugin', () => {
  it.each(['local', 'global'] as const)(
    'begins its tasks when the earlier one has ended its own: %s',
    async (scope) => {
      const later = fakeSuccession('catalog');
      const { scheduler, clock } = createScheduler({ succession: successionOf(later.plugin) });
      const task = createTask();
      let end: (() => void) | undefined;
      const former = new Promise<void>((resolve) => (end = resolve));

      await scheduler.scheduleTask({ ...schedule, id: 'a', fn: task.fn, scope });
      later.serve(former);
      await clock.advance(60_000);
      expect([task.runs, await scheduler.getScheduledTasks()]).toEqual([0, []]);
      end!();
      await settle();
      await clock.advance(1_000);

      expect([task.runs > 0, (await scheduler.getScheduledTasks()).length]).toEqual([true, 1]);
    },
  );

  it('tells the log when a task cannot begin', async () => {
    const later = fakeSuccession('catalog');
    const { scheduler, logger } = createScheduler({
      succession: successionOf(later.plugin),
      database: { getClient: () => Promise.reject(new Error('no database')) },
    });
    await scheduler.scheduleTask({ ...schedule, id: 'a', fn: createTask().fn });

    later.serve();
    await settle();

    expect(logger.lines).toEqual(['error Could not schedule a task']);
  });
});
