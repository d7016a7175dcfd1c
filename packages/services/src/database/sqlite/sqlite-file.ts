import type { LoggerService } from '@stagewire/plugin-api';
import { whenNotBusy } from './sqlite-busy.js';
import type { Connection } from './sqlite-dialect.js';

/** Whose file it is, and who is told about it. */
export type SqliteFileOwner = { pluginId: string; filename: string; logger: LoggerService };

/**
 * Makes a database file ready for use: with a write-ahead log, so that readers and a writer in
 * several processes do not lock each other out, and without the migration locks of dead processes.
 */
export async function prepareSqliteFile(
  connection: Connection,
  owner: SqliteFileOwner,
): Promise<void> {
  const before = await readJournalMode(connection);
  await whenNotBusy(() => connection.exec('PRAGMA journal_mode = WAL'));

  const tables = findMigrationLocks(connection);
  if (tables.length === 0) return;
  const isReleased = before === 'wal' && releaseLocks(connection, tables);
  tellAboutLocks(owner, tables, isReleased);
}

/**
 * Releases the migration locks of a file, if the processes that took them are gone.
 *
 * @returns false when there are none, or when another process has the file open
 */
export async function releaseDeadLocks(connection: Connection): Promise<boolean> {
  if ((await readJournalMode(connection)) !== 'wal') return false;
  const tables = findMigrationLocks(connection);
  return tables.length > 0 && releaseLocks(connection, tables);
}

async function readJournalMode(connection: Connection): Promise<unknown> {
  const statement = connection.prepare('PRAGMA journal_mode').pluck();
  return whenNotBusy(() => statement.all()[0]);
}

/** The lock tables of knex that say that a migration runs; knex names them after its own table. */
function findMigrationLocks(connection: Connection): string[] {
  const tables = query<{ name: string }>(
    connection,
    `SELECT t.name FROM sqlite_master t JOIN pragma_table_info(t.name) c
     WHERE t.type = 'table' AND t.name LIKE '%\\_lock' ESCAPE '\\' AND c.name = 'is_locked'`,
  ).map(({ name }) => name);
  return tables.filter(
    (name) => query(connection, `SELECT 1 FROM ${quote(name)} WHERE is_locked = 1`).length > 0,
  );
}

/**
 * Clears the locks if nobody who could hold them is alive.
 *
 * @remarks
 * In WAL mode every connection, of whatever program, holds a shared lock on the file from its first
 * query until it is closed or its process is gone: that is kept by the operating system. Leaving
 * WAL mode needs that lock exclusively. So if this connection can leave it, there is no other, and
 * as long as it stays out, no other comes in. (In the modes without a log there are no such locks
 * between two statements, so a lock that is found in one of those stays.)
 *
 * @returns false when there is another connection
 */
function releaseLocks(connection: Connection, tables: string[]): boolean {
  connection.exec('PRAGMA locking_mode = EXCLUSIVE');
  try {
    connection.exec('PRAGMA journal_mode = DELETE');
    for (const table of tables) connection.exec(`UPDATE ${quote(table)} SET is_locked = 0`);
    return true;
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'SQLITE_BUSY') throw error;
    return false;
  } finally {
    connection.exec('PRAGMA locking_mode = NORMAL');
    // This also lets go of the file: SQLite does so in the next statement that uses it.
    connection.exec('PRAGMA journal_mode = WAL');
  }
}

function tellAboutLocks(owner: SqliteFileOwner, tables: string[], isReleased: boolean): void {
  const place = `in the database of plugin ${owner.pluginId}, ${owner.filename}`;
  if (isReleased) {
    owner.logger.warn(
      `Released the migration lock that a process left behind ${place}: ${tables.join(', ')}`,
    );
    return;
  }
  const [table] = tables;
  owner.logger.warn(
    `A migration runs, or was broken off, ${place}: ${tables.join(', ')}. ` +
      `If no process is running it, release its lock: ` +
      `sqlite3 ${owner.filename} 'UPDATE ${quote(table ?? '')} SET is_locked = 0'`,
  );
}

function query<TRow>(connection: Connection, sql: string): TRow[] {
  return connection.prepare(sql).all() as TRow[];
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
