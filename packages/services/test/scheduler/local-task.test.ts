import { describe, expect, it } from 'vitest';
import type { SchedulerServiceTaskScheduleDefinition } from '@stagewire/plugin-api';
import { createScheduler, createTask, settle } from './support.js';

const SECOND = 1_000;
const MINUTE = 60_000;
const timeout = { minutes: 10 };

async function start(schedule: Partial<SchedulerServiceTaskScheduleDefinition>) {
  const process = createScheduler({
    database: { getClient: () => Promise.reject(new Error('a local task needs no database')) },
  });
  const task = createTask();
  await process.scheduler.scheduleTask({
    id: 'task',
    fn: task.fn,
    scope: 'local',
    frequency: { minutes: 1 },
    timeout,
    ...schedule,
  });
  await settle();
  return { ...process, task };
}

describe('a local task', () => {
  it('[SCH-3] [SCH-13] runs at once and from start to start, without the database', async () => {
    const { task, clock } = await start({});

    expect(task.runs).toBe(1);
    await clock.advance(5 * MINUTE);
    expect(task.runs).toBe(6);
  });

  it('[SCH-13] waits for its initial delay first', async () => {
    const { task, clock, scheduler } = await start({ initialDelay: { seconds: 30 } });

    expect(scheduler.tasks[0]?.workerState).toEqual({ status: 'initial-wait' });
    await clock.advance(29 * SECOND);
    expect(task.runs).toBe(0);
    await clock.advance(SECOND);
    expect(task.runs).toBe(1);
  });

  it('[SCH-13] by a crontab runs at once too, and then at its times', async () => {
    const { task, clock } = await start({ frequency: { cron: '*/5 * * * *' } });

    expect(task.runs).toBe(1);
    await clock.advance(16 * MINUTE);
    expect(task.runs).toBe(4);
  });

  it('[SCH-13] that takes longer than its interval runs again when it has ended', async () => {
    const { task, clock } = await start({ initialDelay: { seconds: 1 } });
    task.hold();
    await clock.advance(3 * MINUTE);
    expect(task.runs).toBe(1);

    await task.end();
    await clock.advance(10);

    expect(task.runs).toBe(2);
  });

  it('[SQ2] by hand waits until it is triggered', async () => {
    const { task, clock, scheduler } = await start({ frequency: { trigger: 'manual' } });
    await clock.advance(10 * MINUTE);
    expect([task.runs, scheduler.tasks[0]?.workerState]).toEqual([0, { status: 'idle' }]);

    await scheduler.triggerTask('task');
    await settle();
    await scheduler.triggerTask('task');
    await clock.advance(10 * MINUTE);

    expect(task.runs).toBe(2);
  });

  it('[SCH-15] hears a trigger that comes right when a run has ended', async () => {
    const { task, scheduler } = await start({ frequency: { trigger: 'manual' } });
    task.hold();
    await scheduler.triggerTask('task');
    await settle();
    const isTriggered = () =>
      scheduler.triggerTask('task').then(
        () => true,
        () => false,
      );

    const ending = task.end();
    while (!(await isTriggered()));
    await ending;
    await settle();

    expect(task.runs).toBe(2);
  });

  it('[SCH-15] is run by a trigger before its time, and is refused when it runs', async () => {
    const { task, clock, scheduler } = await start({});
    task.hold();

    await scheduler.triggerTask('task');
    await settle();

    expect(task.runs).toBe(2);
    await expect(scheduler.triggerTask('task')).rejects.toMatchObject({
      name: 'ConflictError',
      message: 'Task task is currently running',
    });
    await task.end();
    await clock.advance(59 * SECOND);
    expect(task.runs).toBe(2);
  });

  it('[SCH-16] is told to stop when it is cancelled, and goes on at its next time', async () => {
    const { task, clock, scheduler } = await start({ initialDelay: { seconds: 1 } });
    await expect(scheduler.cancelTask('task')).rejects.toMatchObject({
      name: 'ConflictError',
      message: 'Task task is not running',
    });
    task.hold();
    await clock.advance(SECOND);

    await scheduler.cancelTask('task');

    expect(task.isStopped).toBe(true);
    await task.end();
    await clock.advance(MINUTE);
    expect(task.runs).toBe(2);
  });

  it('[SCH-9] is told to stop at its timeout', async () => {
    const { task, clock } = await start({
      initialDelay: { seconds: 1 },
      timeout: { seconds: 20 },
    });
    task.hold();

    await clock.advance(20 * SECOND);
    expect(task.isStopped).toBe(false);
    await clock.advance(SECOND);

    expect(task.isStopped).toBe(true);
    await task.end();
  });

  it('that fails is logged, keeps its error, and runs again', async () => {
    const { task, clock, scheduler, logger } = await start({ initialDelay: { seconds: 1 } });
    task.hold();
    await clock.advance(SECOND);

    await task.fail(new Error('no luck'));

    expect(logger.lines).toContain('error Task task failed');
    expect(await scheduler.tasks[0]?.getState()).toEqual({
      status: 'idle',
      startsAt: new Date(clock.now() + MINUTE).toISOString(),
      lastRunEndedAt: new Date(clock.now()).toISOString(),
      lastRunError: '{"name":"Error","message":"no luck"}',
    });
    await clock.advance(MINUTE);
    expect(task.runs).toBe(2);
    await task.end();
  });

  it('[SCH-14] ends when the backend stops, and leaves nothing behind', async () => {
    const { task, clock, stop, scheduler } = await start({});

    await stop();
    await clock.advance(10 * MINUTE);

    expect([task.runs, clock.sleepers, scheduler.tasks[0]?.workerState]).toEqual([1, 0, undefined]);
  });
});
