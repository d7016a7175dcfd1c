import { setTimeout as sleep } from 'node:timers/promises';
import { isExplained } from '@stagewire/errors';
import type { DatabaseService } from '@stagewire/plugin-api';
import type { Knex } from 'knex';
import type { TaskSchedule } from './task-settings.js';
import { systemClock } from './clock.js';
import { DatabaseClock } from './database-clock.js';
import { fromDatabaseTime, toDatabaseTime } from './database-time.js';
import { LEASES, migrateTasks, TASKS } from './task-migrations.js';

/** A task as it is in the database; times are in milliseconds since the Unix epoch. */
export type StoredTask = {
  id: string;
  settingsJson: string;
  /** When it is to run; without it, only when triggered. */
  nextRunAt: number | undefined;
  /** Who runs it, while it runs. */
  ticket: string | undefined;
  startedAt: number | undefined;
  expiresAt: number | undefined;
  lastRunEndedAt: number | undefined;
  lastRunErrorJson: string | undefined;
  /** Grows as long as the process that runs it is alive; none when that is of another kind. */
  beat: number | undefined;
};

/** How a run ended. */
export type RunResult = {
  endedAt: number;
  /** When it is to run again; null when only by hand, undefined when as it was planned before. */
  nextRunAt: number | null | undefined;
  errorJson: string | null;
};

/** How often, and how long apart in milliseconds, tables are made that another process makes too. */
const MIGRATION_ATTEMPTS = 40;
const MIGRATION_PAUSE = 250;

type Row = {
  id: string;
  settings_json: string;
  next_run_start_at: unknown;
  current_run_ticket: string | null;
  current_run_started_at: unknown;
  current_run_expires_at: unknown;
  last_run_ended_at: unknown;
  last_run_error_json: string | null;
  beat?: number | null;
};

const IDLE = {
  current_run_ticket: null,
  current_run_started_at: null,
  current_run_expires_at: null,
};

/**
 * The tasks of a plugin in its database, shared with all processes that use the same one.
 *
 * @remarks
 * The database is opened and the tables are made at the first use. A failure is not remembered: the
 * next use tries again. Each change that belongs to a run is made only as long as its ticket is
 * there: a run that has lost its ticket changes nothing any more.
 */
export class TaskTable {
  readonly #database: DatabaseService;
  readonly #clock: DatabaseClock;
  #opened: Promise<{ client: Knex; hasLeases: boolean }> | undefined;

  constructor(database: DatabaseService, clock = new DatabaseClock(systemClock)) {
    this.#database = database;
    this.#clock = clock;
  }

  /** Now, as the database sees it; all times in the table are such times. */
  async now(): Promise<number> {
    const { client } = await this.#open();
    return this.#clock.now(client);
  }

  /** Stores the schedule of a task. One that is there already runs no later than it would have. */
  async save(id: string, schedule: TaskSchedule, now: number): Promise<void> {
    const { client } = await this.#open();
    const { settings, cadence, hasInitialDelay, initialDelay } = schedule;
    const next = cadence.next(now);
    // By hand only is by hand only, whatever the delay.
    const first = hasInitialDelay && next !== null ? now + initialDelay : cadence.first(now);
    const column = `${TASKS}.next_run_start_at`;
    const at = (time: number) => toDatabaseTime(client, time);
    const earlier =
      next === null
        ? // By hand only: what was planned by an earlier schedule is dropped, a trigger stays.
          client.raw('case when ?? <= ? then ?? end', [column, at(now), column])
        : client.raw('case when ?? <= ? then ?? else ? end', [column, at(next), column, at(next)]);
    await client<Row>(TASKS)
      .insert({
        id,
        settings_json: JSON.stringify(settings),
        next_run_start_at: first === null ? null : at(first),
      })
      .onConflict('id')
      .merge({ settings_json: JSON.stringify(settings), next_run_start_at: earlier });
  }

  /** Reads some tasks; those that are not there are left out. */
  async find(ids: readonly string[]): Promise<StoredTask[]> {
    const { client, hasLeases } = await this.#open();
    const query = client(TASKS).whereIn('id', ids).select<Row[]>(`${TASKS}.*`);
    if (hasLeases) {
      void query.leftJoin(LEASES, 'ticket', 'current_run_ticket').select('beat');
    }
    return (await query).map(toStoredTask);
  }

  /** Takes a task that is due and that nobody runs; false when somebody was quicker. */
  async claim(run: { id: string; ticket: string; now: number; timeout: number }): Promise<boolean> {
    const { client, hasLeases } = await this.#open();
    const at = (time: number) => toDatabaseTime(client, time);
    return client.transaction(async (trx) => {
      const claimed = await trx<Row>(TASKS)
        .where({ id: run.id })
        .whereNull('current_run_ticket')
        // Another process may have run it to its end since it was found to be due.
        .where('next_run_start_at', '<=', at(run.now))
        .update({
          current_run_ticket: run.ticket,
          current_run_started_at: at(run.now),
          current_run_expires_at: at(run.now + run.timeout),
        });
      if (claimed && hasLeases) await trx(LEASES).insert({ ticket: run.ticket, beat: 0 });
      return claimed === 1;
    });
  }

  /** Tells others that a run goes on; false when its ticket is gone. */
  async renew(id: string, ticket: string): Promise<boolean> {
    const { client, hasLeases } = await this.#open();
    if (hasLeases) await client(LEASES).where({ ticket }).increment('beat', 1);
    const rows = await client(TASKS).where({ id, current_run_ticket: ticket }).select('id');
    return rows.length > 0;
  }

  /** Ends a run; false when its ticket is gone, and nothing was changed. */
  async release(id: string, ticket: string, result: RunResult): Promise<boolean> {
    const { client, hasLeases } = await this.#open();
    const { nextRunAt } = result;
    const released = await client<Row>(TASKS)
      .where({ id, current_run_ticket: ticket })
      .update({
        ...IDLE,
        last_run_ended_at: toDatabaseTime(client, result.endedAt),
        last_run_error_json: result.errorJson,
        ...(nextRunAt !== undefined && {
          next_run_start_at: nextRunAt === null ? null : toDatabaseTime(client, nextRunAt),
        }),
      });
    if (hasLeases) await client(LEASES).where({ ticket }).delete();
    return released === 1;
  }

  /** Has an idle task run now; false when there is none. */
  async trigger(id: string, now: number): Promise<boolean> {
    const { client } = await this.#open();
    const triggered = await client<Row>(TASKS)
      .where({ id })
      .whereNull('current_run_ticket')
      .update({ next_run_start_at: toDatabaseTime(client, now) });
    return triggered === 1;
  }

  /** The tasks whose time is over though nobody has ended them. */
  async findExpired(now: number): Promise<Array<{ id: string; ticket: string }>> {
    const { client } = await this.#open();
    return client(TASKS)
      .whereNotNull('current_run_ticket')
      .where('current_run_expires_at', '<', toDatabaseTime(client, now))
      .select('id', 'current_run_ticket as ticket');
  }

  /** Removes the signs of life of runs that others have ended. */
  async removeOrphanedLeases(): Promise<void> {
    const { client, hasLeases } = await this.#open();
    if (!hasLeases) return;
    const tickets = client(TASKS).whereNotNull('current_run_ticket').select('current_run_ticket');
    await client(LEASES).whereNotIn('ticket', tickets).delete();
  }

  #open() {
    this.#opened ??= this.#openAndMigrate().catch((error: unknown) => {
      this.#opened = undefined;
      throw error;
    });
    return this.#opened;
  }

  async #openAndMigrate() {
    const client = await this.#database.getClient();
    if (!this.#database.migrations?.skip) await migrateTogether(client);
    // Who makes the tables by other means may not know about this one; runs then end at their
    // timeout only.
    return { client, hasLeases: await client.schema.hasTable(LEASES) };
  }
}

/** Migrates, also when other processes do so at the same time: one of them does it for all. */
async function migrateTogether(client: Knex): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await migrateTasks(client);
    } catch (error) {
      if (!isDueToOthers(error) || attempt >= MIGRATION_ATTEMPTS) throw error;
    }
    await sleep(MIGRATION_PAUSE, undefined, { ref: false });
  }
}

function isDueToOthers(error: unknown): boolean {
  // The databases of this package wait by themselves, and say so when that was in vain.
  if (isExplained(error)) return false;
  const { name, message } = error as Error;
  return name === 'MigrationLocked' || /already exists|UNIQUE/i.test(message);
}

function toStoredTask(row: Row): StoredTask {
  return {
    id: row.id,
    settingsJson: row.settings_json,
    nextRunAt: fromDatabaseTime(row.next_run_start_at),
    ticket: row.current_run_ticket ?? undefined,
    startedAt: fromDatabaseTime(row.current_run_started_at),
    expiresAt: fromDatabaseTime(row.current_run_expires_at),
    lastRunEndedAt: fromDatabaseTime(row.last_run_ended_at),
    lastRunErrorJson: row.last_run_error_json ?? undefined,
    beat: row.beat ?? undefined,
  };
}
