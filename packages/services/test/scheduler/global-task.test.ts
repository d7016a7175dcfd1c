import { describe, expect, it } from 'vitest';
import type { SchedulerServiceTaskScheduleDefinition } from '@stagewire/plugin-api';
import { fromDatabaseTime, toDatabaseTime } from '../../src/scheduler/database-time.js';
import {
  createTask,
  describeOnEachDatabase,
  FakeClock,
  readRow,
  settle,
  TASKS,
  type createScheduler as CreateScheduler,
} from './support.js';

const SECOND = 1_000;
const MINUTE = 60_000;
const EVERY_MINUTE = { frequency: { minutes: 1 }, timeout: { minutes: 10 } };
const BY_HAND = { frequency: { trigger: 'manual' as const }, timeout: { minutes: 10 } };

describeOnEachDatabase('global tasks', (databases) => {
  const { createDatabase, createScheduler, createSharedDatabase } = databases;

  /** A task in a process of its own; `holds`: its runs go on until they are ended. */
  async function start(
    schedule: SchedulerServiceTaskScheduleDefinition,
    options: Parameters<typeof CreateScheduler<FakeClock>>[0] & { holds?: boolean } = {},
  ) {
    const process = createScheduler(options);
    const task = createTask(options.holds);
    await process.scheduler.scheduleTask({ id: 'task', fn: task.fn, ...schedule });
    return { ...process, task };
  }

  describe('a global task', () => {
    it('runs at once, and then from start to start', async () => {
      const { task, clock } = await start(EVERY_MINUTE);

      await clock.advance(0);
      expect(task.runs).toBe(1);
      await clock.advance(59 * SECOND);
      expect(task.runs).toBe(1);
      await clock.advance(6 * SECOND);
      expect(task.runs).toBe(2);
      await clock.advance(10 * MINUTE);
      expect(task.runs).toBe(12);
    });

    it('[SCH-10] that takes longer than its interval runs again when it has ended', async () => {
      const { task, clock, database } = await start(EVERY_MINUTE);
      task.hold();
      await clock.advance(90 * SECOND);
      expect(task.runs).toBe(1);

      await task.end();

      expect(task.runs).toBe(2);
      const { next_run_start_at: next } = await readRow(database);
      expect(fromDatabaseTime(next)).toBe(clock.now() + MINUTE);
    });

    it('[SCH-5] [SCH-10] runs once for each time of its crontab', async () => {
      const { task, clock } = await start({ ...EVERY_MINUTE, frequency: { cron: '*/5 * * * *' } });

      await clock.advance(4 * MINUTE);
      expect(task.runs).toBe(0);
      await clock.advance(2 * MINUTE);
      expect(task.runs).toBe(1);
      await clock.advance(10 * MINUTE);
      expect(task.runs).toBe(3);
    });

    it('[SCH-6] waits for its initial delay in each process', async () => {
      const connect = await createSharedDatabase();
      const clock = new FakeClock();
      await start(BY_HAND, { database: connect(), clock });
      const { task, scheduler } = await start(
        { ...EVERY_MINUTE, initialDelay: { seconds: 30 } },
        { database: connect(), clock },
      );

      await clock.advance(29 * SECOND);
      expect([task.runs, scheduler.tasks[0]?.workerState]).toEqual([0, { status: 'initial-wait' }]);
      await clock.advance(2 * MINUTE);
      expect(task.runs).toBeGreaterThan(0);
    });

    it('[SCH-7] is looked for every 5 seconds, or as often as the quickest one runs', async () => {
      const { task, clock, database } = await start({ ...EVERY_MINUTE, frequency: { hours: 1 } });
      await clock.advance(SECOND);
      const client = await database.getClient();
      let questions = 0;
      client.on('query', ({ sql }) => (questions += /^select.*settings_json|\*/.test(sql) ? 1 : 0));

      await clock.advance(60 * SECOND);
      expect([task.runs, questions]).toEqual([1, 12]);

      const quick = await start({ ...EVERY_MINUTE, frequency: { milliseconds: 200 } }, { clock });
      await clock.advance(2 * SECOND);
      expect(quick.task.runs).toBeGreaterThanOrEqual(10);
    });

    it('[SCH-7] shares one question with the other waiting tasks of the plugin', async () => {
      const { scheduler, clock, database } = createScheduler();
      const client = await database.getClient();
      for (let i = 0; i < 20; i++) {
        await scheduler.scheduleTask({ id: `task-${i}`, fn: () => {}, ...BY_HAND });
      }
      await clock.advance(5 * SECOND);
      let questions = 0;
      client.on('query', ({ sql }) => (questions += sql.startsWith('select') ? 1 : 0));

      await clock.advance(50 * SECOND);

      expect(questions).toBe(10);
    });

    it('[SCH-7] ends when its row is gone, or cannot be understood', async () => {
      const { scheduler, clock, database, logger } = createScheduler();
      await scheduler.scheduleTask({ id: 'gone', fn: () => {}, ...BY_HAND });
      await scheduler.scheduleTask({ id: 'newer', fn: () => {}, ...BY_HAND });
      const client = await database.getClient();

      await client(TASKS).where({ id: 'gone' }).delete();
      await client(TASKS).where({ id: 'newer' }).update({ settings_json: '{"version":3}' });
      await clock.advance(6 * SECOND);

      expect(scheduler.tasks.map(({ workerState }) => workerState)).toEqual([undefined, undefined]);
      expect(logger.lines.filter((line) => /^info .*not in the database/.test(line))).toHaveLength(
        2,
      );
    });

    it('[SCH-8] holds a ticket with a start and an end while it runs', async () => {
      const { task, clock, database } = await start(EVERY_MINUTE);
      task.hold();
      const startedAt = clock.now();
      await clock.advance(SECOND);

      const row = await readRow(database);
      expect(row.current_run_ticket).toMatch(/^[0-9a-f-]{36}$/);
      expect(fromDatabaseTime(row.current_run_started_at)).toBe(startedAt);
      expect(fromDatabaseTime(row.current_run_expires_at)).toBe(startedAt + 10 * MINUTE);
      await task.end();
      expect(await readRow(database)).toMatchObject({
        current_run_ticket: null,
        current_run_started_at: null,
        current_run_expires_at: null,
        last_run_error_json: null,
      });
    });

    it('[SCH-9] is told to stop at its timeout, and is not overlapped when it goes on', async () => {
      const { task, clock } = await start({ frequency: { minutes: 1 }, timeout: { minutes: 2 } });
      task.hold();

      await clock.advance(119 * SECOND);
      expect(task.isStopped).toBe(false);
      await clock.advance(2 * SECOND);
      expect(task.isStopped).toBe(true);
      await clock.advance(10 * MINUTE);
      expect(task.runs).toBe(1);
      await task.end();
      await clock.advance(6 * SECOND);
      expect(task.runs).toBe(2);
    });

    it('[SCH-9] is told to stop when its caller ends it, and runs no more', async () => {
      const { scheduler, clock, database } = createScheduler();
      const task = createTask();
      const caller = new AbortController();
      task.hold();
      await scheduler.scheduleTask({
        id: 'task',
        fn: task.fn,
        signal: caller.signal,
        ...EVERY_MINUTE,
      });
      await clock.advance(SECOND);

      caller.abort();
      expect(task.isStopped).toBe(true);
      await task.end();
      await clock.advance(10 * MINUTE);

      expect(task.runs).toBe(1);
      expect((await readRow(database)).current_run_ticket).toBeNull();
      expect(scheduler.tasks[0]?.workerState).toBeUndefined();
    });

    it('[SCH-10] that fails keeps its error, is logged, and runs again', async () => {
      const { task, clock, database, logger } = await start(EVERY_MINUTE);
      task.hold();
      await clock.advance(SECOND);

      await task.fail(new TypeError('no such thing'));

      const row = await readRow(database);
      expect(JSON.parse(row.last_run_error_json)).toEqual({
        name: 'TypeError',
        message: 'no such thing',
      });
      expect(fromDatabaseTime(row.last_run_ended_at)).toBe(clock.now());
      expect(logger.lines).toContain('error Task task failed');
      await clock.advance(2 * MINUTE);
      expect(task.runs).toBeGreaterThan(1);
      await task.end();
      expect((await readRow(database)).last_run_error_json).toBeNull();
    });

    it('[SCH-12] goes on when the database has been away', async () => {
      const database = createDatabase();
      let isDown = false;
      const { task, clock, logger } = await start(EVERY_MINUTE, {
        database: {
          getClient: async () => {
            const client = await database.getClient();
            if (isDown) throw new Error('down');
            return client;
          },
        },
      });
      await clock.advance(SECOND);
      const client = await database.getClient();
      await client.schema.renameTable(TASKS, 'away');
      isDown = true;

      await clock.advance(2 * MINUTE);
      const warnings = logger.lines.filter((line) => line.startsWith('warn'));
      await client.schema.renameTable('away', TASKS);
      isDown = false;
      await clock.advance(10 * SECOND);

      expect(warnings.length).toBeGreaterThan(50);
      expect(warnings.length).toBeLessThan(130);
      // The one that was missed, and the one that became due meanwhile.
      expect(task.runs).toBe(3);
    });
  });

  describe('triggering a global task', () => {
    it('[SCH-15] runs it soon, though it is by hand only', async () => {
      const { scheduler, task, clock } = await start(BY_HAND);
      await clock.advance(MINUTE);
      expect(task.runs).toBe(0);

      await scheduler.triggerTask('task');
      await clock.advance(200);

      expect(task.runs).toBe(1);
      await clock.advance(MINUTE);
      expect(task.runs).toBe(1);
    });

    it('[SCH-15] is refused when it runs, and when it does not exist', async () => {
      const { scheduler, task, clock } = await start(EVERY_MINUTE);
      task.hold();
      await clock.advance(SECOND);

      await expect(scheduler.triggerTask('task')).rejects.toMatchObject({
        name: 'ConflictError',
        message: 'Task task is currently running',
      });
      await expect(scheduler.triggerTask('nope')).rejects.toMatchObject({
        name: 'NotFoundError',
        message: 'Task nope does not exist',
      });
    });

    it('[SCH-15] works from a process that does not run it', async () => {
      const connect = await createSharedDatabase();
      const clock = new FakeClock();
      const { task } = await start(BY_HAND, { database: connect(), clock });
      const other = createScheduler({ database: connect(), clock });

      await other.scheduler.triggerTask('task');
      await clock.advance(6 * SECOND);

      expect(task.runs).toBe(1);
    });
  });

  describe('cancelling a global task', () => {
    it('[SCH-16] stops it at once where it runs, and keeps that it was cancelled', async () => {
      const { scheduler, task, clock, database, logger } = await start(EVERY_MINUTE);
      task.hold();
      const plannedAt = clock.now();
      await clock.advance(10 * SECOND);

      await scheduler.cancelTask('task');

      expect(task.isStopped).toBe(true);
      const row = await readRow(database);
      expect(row.current_run_ticket).toBeNull();
      expect(JSON.parse(row.last_run_error_json).message).toBe('Task was cancelled');
      expect(fromDatabaseTime(row.next_run_start_at)).toBe(plannedAt + MINUTE);
      await task.end();
      expect(JSON.parse((await readRow(database)).last_run_error_json).message).toBe(
        'Task was cancelled',
      );
      expect(logger.lines).toContainEqual(expect.stringContaining('its result is dropped'));
    });

    it('[SCH-16] is noticed within 5 seconds in another process', async () => {
      const connect = await createSharedDatabase();
      const clock = new FakeClock();
      const { task } = await start(EVERY_MINUTE, { database: connect(), clock });
      task.hold();
      await clock.advance(SECOND);
      const other = createScheduler({ database: connect(), clock });

      await other.scheduler.cancelTask('task');
      expect(task.isStopped).toBe(false);
      await clock.advance(5 * SECOND);

      expect(task.isStopped).toBe(true);
    });

    it('[SCH-16] is refused when it does not run, and when it does not exist', async () => {
      const { scheduler } = await start(BY_HAND);

      await expect(scheduler.cancelTask('task')).rejects.toMatchObject({
        name: 'ConflictError',
        message: 'Task task is not running',
      });
      await expect(scheduler.cancelTask('nope')).rejects.toMatchObject({ name: 'NotFoundError' });
    });
  });

  describe('two processes with one database', () => {
    it('[SCH-3] run a task one at a time, and each time once', async () => {
      const { first, second, advance } = await startTwo(EVERY_MINUTE, { holds: true });

      await advance(30 * SECOND);

      expect(first.task.runs + second.task.runs).toBe(1);
      await Promise.all([first.task.end(), second.task.end()]);
      await advance(5 * MINUTE);
      expect(first.task.runs + second.task.runs).toBe(6);
    });

    it('[SCH-5] do not run it anew because one of them restarts', async () => {
      const { first, second, advance } = await startTwo({
        frequency: { hours: 1 },
        timeout: { minutes: 10 },
      });
      await advance(MINUTE);
      const before = first.task.runs + second.task.runs;

      const restarted = await start(
        { frequency: { hours: 1 }, timeout: { minutes: 10 } },
        { database: first.database, clock: second.clock },
      );
      await advance(10 * MINUTE);

      expect([before, first.task.runs + second.task.runs + restarted.task.runs]).toEqual([1, 1]);
    });

    it('hand a task over within 30 seconds when the one that runs it dies', async () => {
      const { first, second } = await startTwo(
        { frequency: { minutes: 1 }, timeout: { hours: 6 } },
        { holds: true },
      );
      await first.clock.advance(7 * SECOND);
      await second.clock.advance(7 * SECOND);
      expect([first.task.runs, second.task.runs]).toEqual([1, 0]);

      // From here on, no time passes for the first one.
      await second.clock.advance(30 * SECOND);

      expect(second.task.runs).toBe(1);
      expect(second.logger.lines).toContain(
        'warn Task was lost, the process that ran it shows no sign of life: task',
      );
    });

    it('leave a task to the one that runs it as long as that shows life', async () => {
      const { first, second, advance } = await startTwo(
        { frequency: { minutes: 1 }, timeout: { hours: 6 } },
        { holds: true },
      );

      await advance(5 * MINUTE);

      expect(first.task.runs + second.task.runs).toBe(1);
      await Promise.all([first.task.end(), second.task.end()]);
    });

    it('drop the result of one that was paused and wakes up too late', async () => {
      const { first, second } = await startTwo(EVERY_MINUTE, { holds: true });
      await first.clock.advance(7 * SECOND);
      await second.clock.advance(7 * SECOND);
      await second.clock.advance(40 * SECOND);
      expect([first.task.runs, second.task.runs]).toEqual([1, 1]);
      const { current_run_ticket: ticket } = await readRow(second.database);

      await first.clock.advance(5 * SECOND);
      expect(first.task.isStopped).toBe(true);
      await first.task.end();

      expect((await readRow(second.database)).current_run_ticket).toBe(ticket);
      expect(second.task.isStopped).toBe(false);
      expect(first.logger.lines).toContainEqual(expect.stringContaining('its result is dropped'));
      await second.task.end();
    });

    it('do not take a task from a backend of another kind before it has timed out', async () => {
      const { task, clock, database, logger } = await start(EVERY_MINUTE, { watchExpired: true });
      const client = await database.getClient();
      await clock.advance(SECOND);
      const at = (time: string) => toDatabaseTime(client, Date.parse(time));
      await client(TASKS).update({
        next_run_start_at: at('2025-01-01T00:00:00Z'),
        current_run_ticket: 'of-another-kind',
        current_run_started_at: at('2026-01-01T00:00:00Z'),
        current_run_expires_at: at('2026-01-01T00:05:00Z'),
      });

      await clock.advance(4 * MINUTE);
      expect(task.runs).toBe(1);
      await clock.advance(3 * MINUTE);

      expect(task.runs).toBeGreaterThan(1);
      expect(logger.lines).toContain('warn Task timed out and was lost: task');
    });

    it('[SCH-11] free what has timed out every minute, to run at once', async () => {
      const { clock, database, logger } = createScheduler({ watchExpired: true });
      const watcher = createScheduler({ database, clock, watchExpired: true });
      await watcher.scheduler.scheduleTask({ id: 'watcher', fn: () => {}, ...BY_HAND });
      const client = await database.getClient();
      const at = (time: string) => toDatabaseTime(client, Date.parse(time));
      await client(TASKS).insert({
        id: 'stuck',
        settings_json: '{}',
        next_run_start_at: at('2026-01-01T00:00:00Z'),
        current_run_ticket: 'lost',
        current_run_expires_at: at('2026-01-01T00:00:30Z'),
      });
      await client('stagewire_scheduler__leases').insert({ ticket: 'orphan', beat: 1 });

      await clock.advance(61 * SECOND);

      const row = await readRow(database, 'stuck');
      expect(row.current_run_ticket).toBeNull();
      expect(fromDatabaseTime(row.next_run_start_at)).toBe(Date.parse('2026-01-01T00:00:00Z'));
      expect(JSON.parse(row.last_run_error_json)).toMatchObject({ message: 'Task timed out' });
      expect(watcher.logger.lines).toContain('warn Task timed out and was lost: stuck');
      expect(logger.lines).toEqual([]);
      expect(await client('stagewire_scheduler__leases')).toEqual([]);
    });
  });

  describe('a global task when the backend stops', () => {
    it('[SCH-14] is told to stop, and the stop waits for it', async () => {
      const { task, clock, stop } = await start(EVERY_MINUTE);
      task.hold();
      await clock.advance(SECOND);
      let isStopped = false;

      const stopping = stop().then(() => (isStopped = true));
      await settle();
      expect([task.isStopped, isStopped]).toEqual([true, false]);
      await task.end();
      await stopping;

      expect(isStopped).toBe(true);
      expect(clock.sleepers).toBe(0);
    });

    it('is released, and runs at once after a restart', async () => {
      const connect = await createSharedDatabase();
      const clock = new FakeClock();
      const hourly = { frequency: { hours: 1 }, timeout: { minutes: 10 } };
      const first = await start(hourly, { database: connect(), clock });
      first.task.hold();
      await clock.advance(SECOND);

      const stopping = first.stop();
      await first.task.end();
      await stopping;
      const row = await readRow(first.database);
      const second = await start(hourly, { database: connect(), clock });
      await clock.advance(SECOND);

      expect(row.current_run_ticket).toBeNull();
      expect(JSON.parse(row.last_run_error_json).message).toBe('Task was interrupted by shutdown');
      expect(second.task.runs).toBe(1);
    });

    it('that had ended before keeps its time', async () => {
      const connect = await createSharedDatabase();
      const clock = new FakeClock();
      const hourly = { frequency: { hours: 1 }, timeout: { minutes: 10 } };
      const first = await start(hourly, { database: connect(), clock });
      await clock.advance(SECOND);
      await first.stop();

      const second = await start(hourly, { database: connect(), clock });
      await clock.advance(MINUTE);

      expect([first.task.runs, second.task.runs]).toEqual([1, 0]);
    });

    it('is not waited for longer than 10 seconds, and is named', async () => {
      const { task, clock, stop, logger } = await start(EVERY_MINUTE);
      task.hold();
      await clock.advance(SECOND);

      const stopping = stop();
      await clock.advance(10 * SECOND);
      await stopping;

      expect(logger.lines).toContain('warn Tasks did not stop within 10 seconds: task');
      await task.end();
    });
  });

  /** The same task in two processes with one database. */
  async function startTwo(
    schedule: SchedulerServiceTaskScheduleDefinition,
    { holds = false } = {},
  ) {
    const connect = await createSharedDatabase();
    const clocks = [new FakeClock(), new FakeClock()] as const;
    const first = await start(schedule, { database: connect(), clock: clocks[0], holds });
    await settle();
    const second = await start(schedule, { database: connect(), clock: clocks[1], holds });
    /** Both live at the same time, in small steps. */
    const advance = async (ms: number) => {
      for (let passed = 0; passed < ms; passed += SECOND) {
        for (const clock of clocks) await clock.advance(SECOND);
      }
    };
    return { first, second, advance };
  }
});
