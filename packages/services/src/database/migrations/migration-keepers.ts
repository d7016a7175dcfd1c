import type { Knex } from 'knex';
import { findOwnSessions } from '../server/own-sessions.js';
import { toPooledClient, type ServerConnection } from '../server/pooled-client.js';

/** The table of knex that has the lock of some migrations. */
export type LockTable = { table: string; schema: string | undefined };

/** How a kind of server knows whether a process that migrates is alive. */
export interface MigrationKeeper {
  /** Prepares a connection for holding the sign of life, however long that takes. */
  prepare(connection: ServerConnection): Promise<void>;

  /** Takes the sign of life; false when another process shows it. The server ends it with us. */
  tryTake(connection: ServerConnection): Promise<boolean>;

  /** Whether no process shows it. */
  isFree(): Promise<boolean>;

  /**
   * Whether another session of the database could be one that migrates and shows no such sign, as
   * those of other kinds of backends do. In doubt, there is one.
   *
   * @param quiet - how long a session that does not migrate has had nothing to do, in milliseconds
   */
  areOthersBusy(quiet: number): Promise<boolean>;
}

/** Finds what knows about the server of a client; undefined for SQLite, which has none. */
export function findKeeper(knex: Knex, place: LockTable): MigrationKeeper | undefined {
  const { driverName } = toPooledClient(knex);
  if (driverName === 'pg') return new PostgresKeeper(knex, place);
  if (driverName === 'mysql2' || driverName === 'mysql') return new MysqlKeeper(knex, place);
  return undefined;
}

// The lock lives in a transaction, and not in the session: a pooler between here and the server may
// give the session to others, but never in the middle of a transaction.
class PostgresKeeper implements MigrationKeeper {
  readonly #knex: Knex;
  readonly #place: LockTable;
  #hasPooler = false;

  constructor(knex: Knex, place: LockTable) {
    this.#knex = knex;
    this.#place = place;
  }

  async prepare(connection: ServerConnection): Promise<void> {
    const { rows } = await this.#knex.raw('select pg_backend_pid() as id').connection(connection);
    this.#hasPooler = rows[0].id !== connection.processID;
    await this.#knex.raw('begin').connection(connection);
    // It does nothing for as long as the migrations run, and that must not end it.
    await this.#knex
      .raw(
        `select set_config(name, '0', true) from pg_settings
         where name in ('idle_in_transaction_session_timeout', 'transaction_timeout')`,
      )
      .connection(connection);
  }

  async tryTake(connection: ServerConnection): Promise<boolean> {
    const { rows } = await this.#try().connection(connection);
    // A query with parameters keeps its snapshot until the next statement of the transaction, and
    // CREATE INDEX CONCURRENTLY, which published migrations use, waits for all older snapshots.
    await this.#knex.raw(`select 'keeps the advisory lock of migrations'`).connection(connection);
    return rows[0].taken;
  }

  async isFree(): Promise<boolean> {
    // Taken, and with the end of the statement given back.
    return (await this.#try()).rows[0].taken;
  }

  async areOthersBusy(quiet: number): Promise<boolean> {
    // Behind a pooler, sessions say nothing about who uses them.
    if (this.#hasPooler) return true;
    const { rows } = await this.#knex.raw(
      `select count(*)::int as busy from pg_stat_activity
       where datname = current_database() and backend_type = 'client backend'
       and pid <> pg_backend_pid() and not (pid = any(?))
       and not coalesce(state = 'idle' and state_change < clock_timestamp() - ? * interval '1 ms', false)`,
      [findOwnSessions(toPooledClient(this.#knex)), quiet],
    );
    return rows[0].busy > 0;
  }

  #try(): Knex.Raw {
    return this.#knex.raw(
      `select pg_try_advisory_xact_lock(
         hashtextextended('stagewire migrations ' || coalesce(?, current_schema(), '') || '.' || ?, 0)
       ) as taken`,
      [this.#place.schema ?? null, this.#place.table],
    );
  }
}

class MysqlKeeper implements MigrationKeeper {
  readonly #knex: Knex;
  readonly #name: Knex.Raw;

  constructor(knex: Knex, { table, schema }: LockTable) {
    this.#knex = knex;
    // Such names are for the whole server, and have up to 64 characters.
    this.#name = knex.raw(`concat('stagewire:', sha1(concat(coalesce(?, database()), '.', ?)))`, [
      schema ?? null,
      table,
    ]);
  }

  async prepare(connection: ServerConnection): Promise<void> {
    // It does nothing for as long as the migrations run, and that must not end it: not for a day.
    await this.#knex.raw('set session wait_timeout = 86400').connection(connection);
  }

  async tryTake(connection: ServerConnection): Promise<boolean> {
    const query = this.#knex.raw('select get_lock(?, 0) as taken', [this.#name]);
    const [rows] = await query.connection(connection);
    return rows[0].taken === 1;
  }

  async isFree(): Promise<boolean> {
    const [rows] = await this.#knex.raw('select is_free_lock(?) as free', [this.#name]);
    return rows[0].free === 1;
  }

  async areOthersBusy(quiet: number): Promise<boolean> {
    if (!(await this.#seesAllSessions())) return true;
    const own = findOwnSessions(toPooledClient(this.#knex));
    const [rows] = await this.#knex.raw(
      `select count(*) as busy from information_schema.processlist
       where db = database() and id <> connection_id() and id not in (?)
       and not (command = 'Sleep' and time >= ?)`,
      [[0, ...own], quiet / 1000],
    );
    return Number(rows[0].busy) > 0;
  }

  /** Without that right, the sessions of other users are not shown. */
  async #seesAllSessions(): Promise<boolean> {
    const [rows] = await this.#knex.raw('show grants');
    const grants = (rows as object[]).flatMap((row) => Object.values(row).map(String));
    return grants.some((grant) => /^GRANT .*\b(ALL PRIVILEGES|PROCESS)\b.* ON \*\.\*/i.test(grant));
  }
}
