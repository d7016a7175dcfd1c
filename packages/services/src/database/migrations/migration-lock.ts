import { setTimeout as sleep } from 'node:timers/promises';
import type { LoggerService } from '@stagewire/plugin-api';
import type { Knex } from 'knex';
import { openSeparateConnection } from '../budget/connection-budget.js';
import { databaseErrors } from '../errors.js';

import { findKeeper, type LockTable, type MigrationKeeper } from './migration-keepers.js';
import { forgetSession, rememberSession, rememberSessionsOf } from '../server/own-sessions.js';
import { findSocket, toPooledClient } from '../server/pooled-client.js';
import type { Connection } from '../sqlite/sqlite-dialect.js';
import { releaseDeadLocks } from '../sqlite/sqlite-file.js';

/** Whose migrations they are, and who is told about them. */
export type MigrationOwner = { pluginId: string; logger: LoggerService };

/** How long is waited for what; all in milliseconds. */
export type MigrationPatience = {
  /** For others to migrate, all in all. */
  total: number;
  /** Between two looks. */
  interval: number;
  /** After which time without a query a session is taken for one that does not migrate. */
  quiet: number;
  /** For one that lost its sign of life, but not its life, to say so. */
  grace: number;
};

const PATIENCE: MigrationPatience = {
  total: 10 * 60_000,
  interval: 250,
  quiet: 30_000,
  grace: 2_000,
};

/**
 * What a lock has while its holder shows a sign of life besides. For knex, and so for other kinds
 * of backends, everything but 0 is locked; by itself it writes 1.
 */
const LOCKED_WITH_SIGN = 2;

/** The parts of knex's migrator that are used or replaced here. */
type Migrator = Knex.Migrator & {
  config: Knex.MigratorConfig;
  knex: Knex;
  _lockMigrations(trx: Knex.Transaction): Promise<void>;
};

const METHODS = ['latest', 'up', 'down', 'rollback'] as const;

/**
 * Has the migrations of a client wait for others that run on the same tables, in whatever process,
 * and releases the lock that one of those left behind when it was killed.
 *
 * @remarks
 * knex keeps the lock in a table, where it stays after a kill. On a server, the process that
 * migrates therefore also holds a lock of the server, on a connection of its own; with the process
 * the server ends it. So a lock in the table that was made under such a sign of life, which is gone
 * now, has no holder. One that was made by another kind of backend has none when no session of the
 * database has had anything to do for half a minute. With SQLite, it has none when no other process
 * has the file open.
 *
 * @throws `E_DATABASE_MIGRATION_LOCKED` from those migrations, when the wait was too long
 */
export function healMigrationLocks(
  knex: Knex,
  owner: MigrationOwner,
  patience: Partial<MigrationPatience> = {},
): void {
  rememberSessionsOf(knex);
  const create = Object.getOwnPropertyDescriptor(knex, 'migrate')?.get;
  const get = () => {
    const migrator = create?.call(knex) as Migrator;
    for (const name of METHODS) {
      const method = migrator[name].bind(migrator) as (...given: unknown[]) => Promise<unknown>;
      const migrate = (config?: Knex.MigratorConfig, ...rest: unknown[]) => {
        const run = new MigrationRun(knex, migrator, config, owner, { ...PATIENCE, ...patience });
        return run.migrate(() => method(config, ...rest));
      };
      Object.assign(migrator, { [name]: migrate });
    }
    return migrator;
  };
  Object.defineProperty(knex, 'migrate', { configurable: true, get });
}

/** One call of one method of a migrator. */
class MigrationRun {
  readonly #knex: Knex;
  readonly #migrator: Migrator;
  readonly #place: LockTable;
  readonly #keeper: MigrationKeeper | undefined;
  readonly #owner: MigrationOwner;
  readonly #patience: MigrationPatience;
  readonly #deadline: number;
  #hasSign = false;
  #hasBegun = false;
  #isTold = false;

  constructor(
    knex: Knex,
    migrator: Migrator,
    config: Knex.MigratorConfig | undefined,
    owner: MigrationOwner,
    patience: MigrationPatience,
  ) {
    const { tableName, schemaName } = { ...migrator.config, ...config };
    this.#knex = knex;
    this.#migrator = migrator;
    this.#place = { table: `${tableName}_lock`, schema: schemaName };
    this.#keeper = findKeeper(knex, this.#place);
    this.#owner = owner;
    this.#patience = patience;
    this.#deadline = performance.now() + patience.total;
    this.#lockWithSign();
  }

  async migrate(run: () => Promise<unknown>): Promise<unknown> {
    const end = await this.#showSign();
    try {
      for (;;) {
        await this.#whenUnlocked();
        this.#hasBegun = false;
        try {
          return await run();
        } catch (error) {
          if (!this.#isDueToOthers(error)) throw error;
        }
        await this.#wait('another process was quicker');
      }
    } finally {
      await end();
    }
  }

  /** Takes the sign of life, as soon as no other process shows it; returns what ends it. */
  async #showSign(): Promise<() => Promise<void>> {
    const keeper = this.#keeper;
    // Without, as where the server has no more than one for us, migrations run as those of other
    // kinds of backends do.
    const separate = keeper && (await openSeparateConnection(this.#knex).catch(() => undefined));
    if (!keeper || !separate) return async () => {};

    const { connection, close } = separate;
    const client = toPooledClient(this.#knex);
    rememberSession(client, connection);
    const end = async () => {
      this.#hasSign = false;
      forgetSession(client, connection);
      await close();
    };
    try {
      await keeper.prepare(connection);
      while (!(await keeper.tryTake(connection))) await this.#wait('another process migrates');
    } catch (error) {
      await end();
      throw error;
    }
    this.#hasSign = true;
    findSocket(connection)?.once('close', () => void this.#loseSign());
    return end;
  }

  /** Makes the lock one of those that need no sign of life, for as long as this process has it. */
  async #loseSign(): Promise<void> {
    if (!this.#hasSign) return;
    this.#hasSign = false;
    const { pluginId, logger } = this.#owner;
    logger.warn(`Lost a connection to the database of plugin ${pluginId} while it migrates`);
    await this.#locks()
      .where({ is_locked: LOCKED_WITH_SIGN })
      .update({ is_locked: 1 })
      .catch(() => {});
  }

  /** Has knex write into its lock whether there is a sign of life. */
  #lockWithSign(): void {
    const migrator = this.#migrator;
    const lock = migrator._lockMigrations.bind(migrator);
    migrator._lockMigrations = async (trx) => {
      await lock(trx);
      this.#hasBegun = true;
      if (!this.#hasSign) return;
      await this.#locks(trx).where({ is_locked: 1 }).update({ is_locked: LOCKED_WITH_SIGN });
    };
  }

  async #whenUnlocked(): Promise<void> {
    for (;;) {
      const value = await this.#readLock();
      if (!value) return;
      if (!this.#keeper) await this.#releaseInFile();
      else if (await this.#isAbandoned(value, this.#keeper)) await this.#release(value);
      else await this.#wait('the lock may be held by another process');
    }
  }

  async #readLock(): Promise<number> {
    const { table, schema } = this.#place;
    const builder = schema ? this.#knex.schema.withSchema(schema) : this.#knex.schema;
    if (!(await builder.hasTable(table))) return 0;
    const values = await this.#locks().pluck('is_locked');
    return Math.max(0, ...values.map(Number));
  }

  async #isAbandoned(value: number, keeper: MigrationKeeper): Promise<boolean> {
    if (value !== LOCKED_WITH_SIGN) return !(await keeper.areOthersBusy(this.#patience.quiet));
    // When this process shows the sign, no other one does.
    if (!this.#hasSign && !(await keeper.isFree())) return false;
    await sleep(this.#patience.grace);
    return (await this.#readLock()) === LOCKED_WITH_SIGN;
  }

  async #release(value: number): Promise<void> {
    const count = await this.#locks().where({ is_locked: value }).update({ is_locked: 0 });
    if (count > 0) this.#tellReleased();
  }

  async #releaseInFile(): Promise<void> {
    const client = toPooledClient(this.#knex);
    const connection = await client.acquireConnection();
    try {
      const file = connection as unknown as Connection;
      if (await releaseDeadLocks(file)) return this.#tellReleased();
    } finally {
      await client.releaseConnection(connection);
    }
    await this.#wait('another process has the file open');
  }

  #tellReleased(): void {
    const { pluginId, logger } = this.#owner;
    logger.warn(
      `Released the migration lock that a process left behind in the database of plugin ${pluginId}: ${this.#place.table}`,
    );
  }

  /** Waits until the next look, unless it has been too long. */
  async #wait(why: string): Promise<void> {
    const { pluginId, logger } = this.#owner;
    const { total, interval } = this.#patience;
    const table = this.#locks();
    if (performance.now() > this.#deadline) {
      const unlock = `${table.update({ is_locked: 0 }).toString()};`;
      throw databaseErrors.migrationLocked(pluginId, this.#place.table, total, why, unlock);
    }
    if (!this.#isTold) {
      this.#isTold = true;
      logger.warn(
        `The migrations of plugin ${pluginId} wait for up to ${total / 1000} s: ${why} (${this.#place.table})`,
      );
    }
    await sleep(interval);
  }

  #locks(trx?: Knex.Transaction): Knex.QueryBuilder {
    const { table, schema } = this.#place;
    const query = this.#knex(table);
    if (schema) void query.withSchema(schema);
    return trx ? query.transacting(trx) : query;
  }

  #isDueToOthers(error: unknown): boolean {
    const { name, message, code } = error as { name?: string; message?: string; code?: string };
    if (name === 'MigrationLocked') return true;
    // Two may make the tables of knex at once. After that, an error is one of the migrations.
    if (this.#hasBegun) return false;
    return (
      code === 'SQLITE_BUSY' ||
      /already exists|duplicate key|UNIQUE constraint/i.test(message ?? '')
    );
  }
}
