import type { Knex } from 'knex';
// @ts-expect-error -- knex has no types for its dialects
import BetterSqlite3 from 'knex/lib/dialects/better-sqlite3/index.js';
import type Database from 'libsql';
import { giveTurn } from './event-loop-turn.js';
import type { KnexDialect } from '../knex-dialect.js';
import { whenNotBusy } from './sqlite-busy.js';

/** A connection of either driver; knex replaces one that is marked as disposed. */
export type Connection = Database.Database & { __knex__disposed?: unknown };

/** A prepared statement of either driver. */
export type Statement = Database.Statement;

/** What knex hands from the compiler through the driver to whoever reads the response. */
export type Query = {
  sql: string;
  bindings?: readonly unknown[];
  options?: { safeIntegers?: unknown };
  response?: unknown;
  context?: { lastID: number | bigint; changes: number };
};

/** The connection settings that are known here. */
type ConnectionSettings = {
  filename: string;
  options?: {
    safeIntegers?: boolean;
    readonly?: boolean;
    /** Where the binary of better-sqlite3 is. */
    nativeBinding?: string;
    /** How long a statement waits for other processes that lock the file, in milliseconds. */
    timeout?: number;
  };
};

/** The parts of knex's client for better-sqlite3 that are used or replaced here. */
type SqliteClient = new (config: Knex.Config) => InstanceType<KnexDialect> & {
  connectionSettings: ConnectionSettings;
  pool?: object;
  initializePool(config?: Knex.Config): void;
  transaction(container: unknown, config?: Knex.TransactionConfig, outer?: unknown): unknown;
  _optSafeIntegers(options: unknown): boolean | undefined;
};

/** SQLite for knex, through a driver with the interface of better-sqlite3. */
export abstract class SqliteDialect extends (BetterSqlite3 as SqliteClient) {
  constructor(config: Knex.Config) {
    super(config);
    // Published plugins ask this text for `sqlite3`; knex itself keeps the class that it was given.
    this.config.client = 'better-sqlite3';
  }

  override initializePool(config?: Knex.Config): void {
    super.initializePool(config);
    // There is one connection, which is kept: nothing to reap, so no timer that wakes the process
    // every second and keeps it from ending.
    Object.assign(this.pool ?? {}, { _startReaping: () => {} });
  }

  /** All transactions of SQLite are serializable: what is asked for is met, without a warning. */
  override transaction(container: unknown, config?: Knex.TransactionConfig, outer?: unknown) {
    if (!config) return super.transaction(container, config, outer);
    return super.transaction(container, { ...config, isolationLevel: undefined }, outer);
  }

  /** Runs a query; at once, so that queries run in the order in which they were made. */
  async _query(connection: Connection, query: Query): Promise<Query> {
    if (!query.sql) throw new Error('The query is empty');
    let statement: Statement | undefined;
    const execute = () => {
      statement ??= this._prepare(connection, toImmediate(query.sql));
      this._execute(statement, query);
    };
    try {
      await whenNotBusy(execute, this.connectionSettings.options?.timeout);
    } catch (error) {
      throw this._onFailure(connection, error);
    }
    await giveTurn();
    return query;
  }

  _execute(statement: Statement, query: Query): void {
    const safeIntegers = this._optSafeIntegers(query.options);
    if (safeIntegers !== undefined) statement.safeIntegers(safeIntegers);

    const bindings = (query.bindings ?? []).map((value) => this._toBindable(value));
    if (statement.reader) {
      query.response = statement.all(bindings).map((row) => this._toRow(row));
    } else {
      const result = statement.run(bindings);
      query.response = result;
      query.context = { lastID: result.lastInsertRowid, changes: result.changes };
    }
  }

  _prepare(connection: Connection, sql: string): Statement {
    return connection.prepare(sql);
  }

  /** Neither driver binds these by itself. */
  _toBindable(value: unknown): unknown {
    if (typeof value === 'boolean') return Number(value);
    return value instanceof Date ? value.valueOf() : value;
  }

  _toRow(row: unknown): unknown {
    return row;
  }

  /** The error to tell when a query has failed. */
  _onFailure(_connection: Connection, error: unknown): unknown {
    return error;
  }
}

/**
 * A transaction takes the write lock when it begins. One that reads first and writes later is
 * refused at once, without any waiting, when another process has written in between.
 */
function toImmediate(sql: string): string {
  return sql === 'BEGIN;' ? 'BEGIN IMMEDIATE;' : sql;
}
