// Imported, so that a plugin's test with fake timers does not stop its own database.
import { performance } from 'node:perf_hooks';
import { setImmediate, setTimeout } from 'node:timers';
import type { Knex } from 'knex';
// @ts-expect-error -- knex has no types for its dialects
import BetterSqlite3 from 'knex/lib/dialects/better-sqlite3/index.js';
import Database from 'libsql';
import { databaseErrors } from './errors.js';

/** A connection of libsql; knex replaces one that is marked as disposed. */
export type Connection = Database.Database & { __knex__disposed?: unknown };

/** What knex hands from the compiler through the driver to whoever reads the response. */
type Query = {
  sql: string;
  bindings?: readonly unknown[];
  options?: { safeIntegers?: unknown };
  response?: unknown;
  context?: { lastID: number | bigint; changes: number };
};

/** The connection settings that this driver knows. */
type ConnectionSettings = {
  filename: string;
  options?: {
    safeIntegers?: boolean;
    readonly?: boolean;
    /** How long a statement waits for other processes that lock the file, in milliseconds. */
    timeout?: number;
  };
};

/** The parts of knex's client that are used or replaced here. */
type KnexDialect = new (config: Knex.Config) => Knex.Client & {
  config: Knex.Config;
  connectionSettings: ConnectionSettings;
  pool?: object;
  initializePool(config?: Knex.Config): void;
  transaction(container: unknown, config?: Knex.TransactionConfig, outer?: unknown): unknown;
  _optSafeIntegers(options: unknown): boolean | undefined;
};

/** How long a statement waits for a lock where nothing else is configured, in milliseconds. */
const BUSY_TIMEOUT = 5_000;
/** The pauses between its attempts, in milliseconds; the last one repeats. */
const BUSY_PAUSES = [1, 2, 5, 10, 25, 50];
/** How long queries may follow each other before the event loop gets a turn, in milliseconds. */
const WORK_SLICE = 10;

/**
 * SQLite for knex through libsql, whose binary comes with its npm package, in the place of
 * better-sqlite3, which may have to be compiled.
 *
 * @remarks
 * Plugins see a client named `better-sqlite3`. libsql has the interface of that package, and
 * differs in ways that would be felt, or would even end the process. Each is mended here, where
 * its function says so.
 */
export class LibsqlDialect extends (BetterSqlite3 as KnexDialect) {
  constructor(config: Knex.Config) {
    super(config);
    // Published plugins ask this text for `sqlite3`; knex itself keeps the class that it was given.
    this.config.client = 'better-sqlite3';
  }

  _driver(): typeof Database {
    return Database;
  }

  override initializePool(config?: Knex.Config): void {
    super.initializePool(config);
    // There is one connection, which is kept: nothing to reap, so no timer that wakes the process
    // every second and keeps it from ending.
    Object.assign(this.pool ?? {}, { _startReaping: () => {} });
  }

  override async acquireRawConnection(): Promise<Connection> {
    const { filename, options } = this.connectionSettings;
    const connection = new Database(filename);
    connection.exec('PRAGMA foreign_keys = ON');
    // libsql does not know the option `readonly`, and would write all the same.
    if (options?.readonly) connection.exec('PRAGMA query_only = ON');
    if (options?.safeIntegers === true) connection.defaultSafeIntegers(true);
    return connection;
  }

  override async destroyRawConnection(connection: Connection): Promise<void> {
    try {
      // libsql keeps the file open until its statements are collected. So this is not the last
      // close for SQLite, which would bring the write-ahead log into the file.
      connection.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } catch {
      // Another process uses the file, and will do it.
    }
    connection.close();
  }

  /** All transactions of SQLite are serializable: what is asked for is met, without a warning. */
  override transaction(container: unknown, config?: Knex.TransactionConfig, outer?: unknown) {
    if (!config) return super.transaction(container, config, outer);
    return super.transaction(container, { ...config, isolationLevel: undefined }, outer);
  }

  /** Runs a query; at once, so that queries run in the order in which they were made. */
  async _query(connection: Connection, query: Query): Promise<Query> {
    if (!query.sql) throw new Error('The query is empty');
    let statement: Database.Statement | undefined;
    const execute = () => {
      statement ??= prepare(connection, query.sql);
      this._execute(statement, query);
    };
    try {
      await whenNotBusy(execute, this.connectionSettings.options?.timeout);
    } catch (error) {
      const code = codeOf(error);
      // libsql does not reset a statement that has met a lock, and one that is in progress keeps
      // others from being committed. Only another connection is sure to be without it.
      if (code?.startsWith('SQLITE_BUSY')) connection.__knex__disposed = error;
      if (code === 'SQLITE_OK') {
        throw new RangeError('The supplied SQL string contains no statements', { cause: error });
      }
      throw error;
    }
    await giveTurn();
    return query;
  }

  _execute(statement: Database.Statement, query: Query): void {
    const safeIntegers = this._optSafeIntegers(query.options);
    if (safeIntegers !== undefined) statement.safeIntegers(safeIntegers);

    const bindings = (query.bindings ?? []).map(toBindable);
    if (statement.reader) {
      query.response = statement.all(bindings).map(withBuffers);
    } else {
      const result = statement.run(bindings);
      query.response = result;
      query.context = { lastID: result.lastInsertRowid, changes: result.changes };
    }
  }
}

/**
 * Does something that fails while another process locks the file, again and again for a while.
 * SQLite can wait by itself, and would put the whole process to sleep meanwhile.
 *
 * @param action - has to use the same statement each time: see `_query`
 * @param timeout - after how long it fails, in milliseconds
 */
export async function whenNotBusy<T>(action: () => T, timeout = BUSY_TIMEOUT): Promise<T> {
  const end = performance.now() + timeout;
  for (let attempt = 0; ; attempt++) {
    try {
      return action();
    } catch (error) {
      if (!isBusy(error) || performance.now() >= end) throw error;
    }
    const pause = BUSY_PAUSES[attempt] ?? BUSY_PAUSES.at(-1);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

// There is also SQLITE_BUSY_SNAPSHOT: what that transaction has read has changed, and no waiting
// will change that.
function isBusy(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'SQLITE_BUSY' || code === 'SQLITE_BUSY_RECOVERY';
}

function codeOf(error: unknown): string | undefined {
  return (error as { code?: string }).code;
}

/** libsql runs the first of several statements and drops the others without a word. */
function prepare(connection: Connection, sql: string): Database.Statement {
  if (hasSecondStatement(sql)) {
    throw new RangeError('The supplied SQL string contains more than one statement');
  }
  return connection.prepare(toImmediate(sql));
}

/**
 * A transaction takes the write lock when it begins. One that reads first and writes later is
 * refused at once, without any waiting, when another process has written in between.
 */
function toImmediate(sql: string): string {
  return sql === 'BEGIN;' ? 'BEGIN IMMEDIATE;' : sql;
}

const QUOTED_OR_COMMENT = /'[^']*'|"[^"]*"|`[^`]*`|\[[^\]]*\]|--[^\n]*|\/\*[^]*?\*\//g;

function hasSecondStatement(sql: string): boolean {
  const end = sql.indexOf(';');
  if (end === -1 || sql.slice(end + 1).trim() === '') return false;

  const bare = sql.replace(QUOTED_OR_COMMENT, ' ').trim();
  // The body of a trigger is full of semicolons.
  if (/^create\s+(?:temp\s+|temporary\s+)?trigger\b/i.test(bare)) return false;
  return /;\s*[^\s;]/.test(bare);
}

/** libsql ends the process when it is to bind a boolean. */
function toBindable(value: unknown): unknown {
  if (typeof value === 'boolean') return Number(value);
  if (typeof value === 'string') return toStorableText(value);
  return value instanceof Date ? value.valueOf() : value;
}

/**
 * libsql reads text up to the first NUL, and ends the process when it reads text that is no proper
 * UTF-8. The first is refused. The second comes of half a surrogate pair that is escaped in JSON,
 * once SQL takes it out of there: anybody who may send JSON could send one. It becomes U+FFFD,
 * which is what an unescaped one becomes as well.
 */
function toStorableText(text: string): string {
  if (text.includes('\0')) throw databaseErrors.nulCharacter();
  if (!text.includes('\\u') || !/^\s*[[{"]/.test(text)) return text;
  return text.replace(ESCAPES, (escape) => (HALF_PAIR.test(escape) ? '\\ufffd' : escape));
}

const ESCAPES = /\\u[dD][89abAB]..\\u[dD][c-fC-F]..|\\u....|\\[^]/g;
const HALF_PAIR = /^\\u[dD][89a-fA-F]..$/;

/** libsql gives a BLOB as an ArrayBuffer, where better-sqlite3 gives a Buffer. */
function withBuffers(row: unknown): unknown {
  const columns = row as Record<string, unknown>;
  for (const name in columns) {
    const value = columns[name];
    if (value instanceof ArrayBuffer) columns[name] = Buffer.from(value);
  }
  return row;
}

let sliceStart: number | undefined;

/**
 * Gives the event loop a turn when queries have followed each other for a while. Driver and knex
 * never do by themselves, so that a loop of queries would hold up everything else, and libsql could
 * not free its statements: they are freed between turns, some 2.6 KB each.
 */
async function giveTurn(): Promise<void> {
  if (sliceStart === undefined) {
    sliceStart = performance.now();
    setImmediate(() => (sliceStart = undefined)).unref();
  } else if (performance.now() - sliceStart > WORK_SLICE) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
