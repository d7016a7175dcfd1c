import { randomUUID } from 'node:crypto';
import { explain } from '@stagewire/errors';
import type { Knex } from 'knex';
import { Duration } from 'luxon';
import { describe, expect, it, vi } from 'vitest';
import { migrateTasks, taskMigrations } from '../../src/scheduler/task-migrations.js';
import { readSchedule } from '../../src/scheduler/task-settings.js';
import { TaskTable } from '../../src/scheduler/task-table.js';
import { DatabaseClock } from '../../src/scheduler/database-clock.js';
import { fromDatabaseTime, toDatabaseTime } from '../../src/scheduler/database-time.js';
import { createDatabase, describeOnEachDatabase, readRow, TASKS } from './support.js';

const NOW = Date.parse('2026-01-01T12:00:30Z');
const MINUTE = 60_000;
const timeout = { minutes: 10 };

describe('the settings of a task', () => {
  it('[SCH-2] are stored with ISO durations', async () => {
    const database = createDatabase();
    const schedule = await readSchedule({
      frequency: { minutes: 30 },
      timeout: Duration.fromObject({ hours: 1 }),
      initialDelay: { seconds: 15 },
    });

    await new TaskTable(database).save('task', schedule, NOW);

    expect(JSON.parse((await readRow(database)).settings_json)).toEqual({
      version: 2,
      cadence: 'PT30M',
      initialDelayDuration: 'PT15S',
      timeoutAfterDuration: 'PT1H',
    });
  });

  it.each([
    [{ cron: '0 */6 * * *' }, '0 */6 * * *'],
    [{ trigger: 'manual' as const }, 'manual'],
  ])('[SCH-2] have %j as %s', async (frequency, cadence) => {
    const { settings } = await readSchedule({ frequency, timeout });

    expect(settings).toEqual({ version: 2, cadence, timeoutAfterDuration: 'PT10M' });
  });

  it.each([
    [{ frequency: { cron: 'sometimes' }, timeout }, 'frequency'],
    [{ frequency: { minutes: -1 }, timeout }, 'frequency'],
    [{ frequency: { minutes: 0 }, timeout }, 'frequency'],
    [{ frequency: undefined, timeout }, 'frequency'],
    [{ frequency: { minutes: 1 }, timeout: undefined }, 'timeout'],
    [{ frequency: { minutes: 1 }, timeout, initialDelay: { fortnights: 1 } }, 'initialDelay'],
  ])('[SCH-2] %j are refused', async (schedule, name) => {
    await expect(readSchedule(schedule as never)).rejects.toMatchObject({
      code: 'E_SCHEDULER_TASK',
      message: expect.stringMatching(new RegExp(`^Failed to persist task, .*${name}`)),
    });
  });
});

describeOnEachDatabase(
  'the table of tasks',
  ({ isSqlite, createDatabase, createSharedDatabase }) => {
    describe('a task that is stored for the first time', () => {
      it.each([
        ['at once, with an interval', { minutes: 30 }, undefined, NOW],
        ['after its initial delay', { minutes: 30 }, { minutes: 5 }, NOW + 5 * MINUTE],
        ['a second before its crontab', { cron: '* * * * *' }, undefined, NOW + 29_000],
        ['never, by hand', { trigger: 'manual' as const }, undefined, undefined],
        ['never, by hand with a delay', { trigger: 'manual' as const }, { minutes: 5 }, undefined],
      ])('[SCH-5] is to run %s', async (_, frequency, initialDelay, expected) => {
        const database = createDatabase();

        const schedule = await readSchedule({ frequency, timeout, initialDelay });
        await new TaskTable(database).save('task', schedule, NOW);

        const row = await readRow(database);
        expect(fromDatabaseTime(row.next_run_start_at)).toBe(expected);
        expect(row.current_run_ticket).toBeNull();
      });
    });

    describe('a task that is stored again', () => {
      const stored = '2026-01-01T12:20:00Z';

      it.each([
        ['as it was, when that is earlier', { minutes: 30 }, stored, NOW + 19.5 * MINUTE],
        ['an interval from now, when that is earlier', { minutes: 5 }, stored, NOW + 5 * MINUTE],
        [
          'at once, when it was due before',
          { minutes: 5 },
          '2026-01-01T11:00:00Z',
          NOW - 60.5 * MINUTE,
        ],
        ['an interval from now, when it was by hand', { minutes: 5 }, null, NOW + 5 * MINUTE],
        ['by its crontab, when that is earlier', { cron: '* * * * *' }, stored, NOW + 30_000],
        ['never, when it is by hand now', { trigger: 'manual' as const }, stored, undefined],
        ['never, when it is by hand still', { trigger: 'manual' as const }, null, undefined],
        [
          'at once, when it was triggered',
          { trigger: 'manual' as const },
          '2026-01-01T12:00:00Z',
          NOW - 30_000,
        ],
      ])('[SCH-5] is to run %s', async (_, frequency, nextRun, expected) => {
        const database = createDatabase();
        const table = new TaskTable(database);
        await table.save('task', await readSchedule({ frequency: { hours: 1 }, timeout }), NOW);
        const client = await database.getClient();
        const stored = nextRun === null ? null : toDatabaseTime(client, Date.parse(nextRun));
        await client(TASKS).update({ next_run_start_at: stored });

        // An initial delay is only for the first time.
        const again = await readSchedule({ frequency, timeout, initialDelay: { seconds: 1 } });
        await table.save('task', again, NOW);

        const row = await readRow(database);
        expect(fromDatabaseTime(row.next_run_start_at)).toBe(expected);
        expect(JSON.parse(row.settings_json)).toEqual(again.settings);
      });
    });

    describe('the tables', () => {
      it('[SCH-4] have the names and columns of the ecosystem', async () => {
        const database = createDatabase();
        await new TaskTable(database).find([]);
        const client = await database.getClient();

        expect(Object.keys(await client(TASKS).columnInfo())).toEqual([
          'id',
          'settings_json',
          'next_run_start_at',
          'current_run_ticket',
          'current_run_started_at',
          'current_run_expires_at',
          'last_run_ended_at',
          'last_run_error_json',
        ]);
        const migrations = client('backstage_backend_tasks__knex_migrations').orderBy('id');
        expect(await migrations.pluck('name')).toEqual([
          '20210928160613_init.js',
          '20240712211735_nullable_next_run.js',
          '20250411000000_last_run.js',
        ]);
        if (!isSqlite) return;
        expect(await client.raw(`pragma table_info(${TASKS})`)).toEqual(
          expect.arrayContaining([
            expect.objectContaining({ name: 'id', pk: 1, notnull: 1 }),
            expect.objectContaining({ name: 'next_run_start_at', notnull: 0, type: 'datetime' }),
          ]),
        );
      });

      it('[SCH-4] of an older backend are brought up to date, and keep their tasks', async () => {
        const database = createDatabase();
        const client = await database.getClient();
        await client.schema.createTable(TASKS, (table) => {
          table.string('id').primary().notNullable();
          table.text('settings_json').notNullable();
          table.dateTime('next_run_start_at').notNullable();
          table.text('current_run_ticket');
          table.dateTime('current_run_started_at');
          table.dateTime('current_run_expires_at');
        });
        await client.schema.createTable('backstage_backend_tasks__knex_migrations', (table) => {
          table.increments();
          table.string('name');
          table.integer('batch');
          table.timestamp('migration_time');
        });
        await client('backstage_backend_tasks__knex_migrations').insert({
          name: '20210928160613_init.js',
          batch: 1,
        });
        await client(TASKS).insert({
          id: 'old',
          settings_json: '{"version":2}',
          next_run_start_at: client.fn.now(),
        });
        const table = new TaskTable(database);

        await table.save(
          'manual',
          await readSchedule({ frequency: { trigger: 'manual' }, timeout }),
          NOW,
        );

        const [old] = await table.find(['old']);
        const [manual] = await table.find(['manual']);
        expect(Math.abs((old?.nextRunAt ?? 0) - Date.now())).toBeLessThan(60_000);
        expect(manual?.nextRunAt).toBeUndefined();
      });

      it('can be taken back step by step', async () => {
        const database = createDatabase();
        const client = await database.getClient();
        await migrateTasks(client);
        const table = new TaskTable(database);
        await table.save(
          'manual',
          await readSchedule({ frequency: { trigger: 'manual' }, timeout }),
          NOW,
        );
        await table.save('other', await readSchedule({ frequency: { hours: 1 }, timeout }), NOW);

        await client.migrate.rollback(taskMigrations, true);

        expect(await client.schema.hasTable(TASKS)).toBe(false);
      });

      it('[DB-10] are not made when migrations are to be skipped', async () => {
        const database = createDatabase({
          ...(isSqlite && { client: 'better-sqlite3', connection: ':memory:' }),
          skipMigrations: true,
        });

        await expect(new TaskTable(database).find(['a'])).rejects.toThrow(
          /no such table|does not exist|doesn't exist/,
        );
      });

      it('[DB-10] that were made by other means are used, also without the one for leases', async () => {
        const directory = await createSharedDatabase();
        const maker = directory();
        await new TaskTable(maker).find([]);
        const client = await maker.getClient();
        await client.schema.dropTable('stagewire_scheduler__leases');
        const table = new TaskTable({
          getClient: () => maker.getClient(),
          migrations: { skip: true },
        });
        await table.save('task', await readSchedule({ frequency: { hours: 1 }, timeout }), NOW);
        const ticket = randomUUID();

        expect(await table.claim({ id: 'task', ticket, now: NOW, timeout: 1_000 })).toBe(true);
        expect(await table.renew('task', ticket)).toBe(true);
        expect(
          await table.release('task', ticket, { endedAt: NOW, nextRunAt: NOW, errorJson: null }),
        ).toBe(true);
      });

      it('are made once when several processes begin at the same moment', async () => {
        const connect = await createSharedDatabase();
        const tables = Array.from({ length: 4 }, () => new TaskTable(connect()));
        const schedule = await readSchedule({ frequency: { hours: 1 }, timeout });

        await Promise.all(tables.map((table, i) => table.save(`task-${i}`, schedule, NOW)));

        const stored = await tables[0]!.find(['task-0', 'task-1', 'task-2', 'task-3']);
        expect(stored).toHaveLength(4);
      });

      it('are not tried again when the database itself has waited for others in vain', async () => {
        const latest = vi.fn(async () => {
          const error = Object.assign(new Error('locked'), { name: 'MigrationLocked' });
          throw explain(error, 'E_DATABASE_MIGRATION_LOCKED', 'release the lock');
        });
        const client = { migrate: { latest } } as unknown as Knex;
        const table = new TaskTable({ getClient: async () => client });

        await expect(table.find(['a'])).rejects.toThrow('locked');

        expect(latest).toHaveBeenCalledTimes(1);
      });

      it('are tried again after they could not be made', async () => {
        const database = createDatabase();
        let failures = 1;
        const table = new TaskTable({
          getClient: async () => {
            if (failures-- > 0) throw new Error('the database is down');
            return database.getClient();
          },
        });

        await expect(table.find(['a'])).rejects.toThrow('the database is down');
        expect(await table.find(['a'])).toEqual([]);
      });
    });
  },
);

describe('times in the database', () => {
  it.each([
    ['2026-01-01 12:00:30', NOW],
    ['2026-01-01 12:00:30.250', NOW + 250],
    ['2026-01-01T12:00:30.250Z', NOW + 250],
    ['2026-01-01T13:00:30+01:00', NOW],
    [new Date(NOW), NOW],
    [NOW, NOW],
    [null, undefined],
    ['soon', undefined],
  ])('%j is read as %j', (value, time) => {
    expect(fromDatabaseTime(value)).toBe(time);
  });

  it('compare rightly with those that other backends wrote to SQLite', async () => {
    const database = createDatabase();
    const table = new TaskTable(database);
    await table.save('task', await readSchedule({ frequency: { hours: 1 }, timeout }), NOW);
    const client = await database.getClient();
    const claim = async (nextRun: string, now: number) => {
      await client(TASKS).update({ next_run_start_at: nextRun, current_run_ticket: null });
      return table.claim({ id: 'task', ticket: randomUUID(), now, timeout: 1_000 });
    };

    expect(await claim('2026-01-01 12:00:30', NOW)).toBe(true);
    expect(await claim('2026-01-01 12:00:31', NOW + 999)).toBe(false);
    expect(await claim('2026-01-01 12:00:31', NOW + 1_000)).toBe(true);
    const [row] = await client(TASKS).select({
      expires: client.raw(`datetime(current_run_expires_at)`),
      isLater: client.raw(`current_run_expires_at > datetime('2026-01-01 12:00:31')`),
    });
    expect(row).toEqual({ expires: '2026-01-01 12:00:32', isLater: 1 });
  });
});

describeOnEachDatabase('times of tasks', ({ createDatabase }) => {
  it('come back as they were written, to the second', async () => {
    const database = createDatabase();
    const table = new TaskTable(database);
    await table.save('task', await readSchedule({ frequency: { hours: 1 }, timeout }), NOW + 900);

    const [task] = await table.find(['task']);

    // MySQL keeps whole seconds, of which the earlier one: what is due is so at once.
    expect(task!.nextRunAt).toBeGreaterThanOrEqual(NOW);
    expect(task!.nextRunAt).toBeLessThanOrEqual(NOW + 900);
    const ticket = randomUUID();
    expect(await table.claim({ id: 'task', ticket, now: NOW - 1_000, timeout: 1_000 })).toBe(false);
    expect(await table.claim({ id: 'task', ticket, now: NOW + 900, timeout: 60_000 })).toBe(true);
    expect(await table.findExpired(NOW + 59_000)).toEqual([]);
    expect(await table.findExpired(NOW + 62_000)).toEqual([{ id: 'task', ticket }]);
  });

  it('are those of the database, whatever the clock of the process', async () => {
    const wrong = { now: () => Date.now() + 60 * MINUTE, sleep: async () => {} };
    const database = createDatabase();
    const isOwn = (await database.getClient()).client.driverName !== 'better-sqlite3';

    const now = await new TaskTable(database, new DatabaseClock(wrong)).now();

    expect(Math.abs(now - Date.now() - (isOwn ? 0 : 60 * MINUTE))).toBeLessThan(5_000);
  });
});

describe('the clock of the database', () => {
  it('is compared with that of the process every minute', async () => {
    let now = NOW;
    const differences = [5_000, 7_000];
    const clock = { now: () => now, sleep: async () => {} };
    const shared = new DatabaseClock(clock, async () => now + differences.shift()!);
    const client = await createDatabase().getClient();

    expect(await shared.now(client)).toBe(NOW + 5_000);
    now += 59_000;
    expect(await shared.now(client)).toBe(now + 5_000);
    now += 1_000;
    expect(await shared.now(client)).toBe(now + 7_000);
  });
});
