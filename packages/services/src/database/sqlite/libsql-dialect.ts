import Database from 'libsql';
import { databaseErrors } from '../errors.js';
import { codeOf } from './sqlite-busy.js';
import { SqliteDialect, type Connection } from './sqlite-dialect.js';

/**
 * SQLite for knex through libsql, whose binary comes with its npm package, in the place of
 * better-sqlite3, which may have to be compiled.
 *
 * @remarks
 * Plugins see a client named `better-sqlite3`. libsql has the interface of that package, and
 * differs in ways that would be felt, or would even end the process. Each is mended here, where
 * its function says so.
 */
export class LibsqlDialect extends SqliteDialect {
  _driver(): typeof Database {
    return Database;
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

  /** libsql runs the first of several statements and drops the others without a word. */
  override _prepare(connection: Connection, sql: string): Database.Statement {
    if (hasSecondStatement(sql)) {
      throw new RangeError('The supplied SQL string contains more than one statement');
    }
    return connection.prepare(sql);
  }

  override _onFailure(connection: Connection, error: unknown): unknown {
    const code = codeOf(error);
    // libsql does not reset a statement that has met a lock, and one that is in progress keeps
    // others from being committed. Only another connection is sure to be without it.
    if (code?.startsWith('SQLITE_BUSY')) connection.__knex__disposed = error;
    if (code !== 'SQLITE_OK') return error;
    return new RangeError('The supplied SQL string contains no statements', { cause: error });
  }

  /** libsql ends the process when it is to bind a boolean, or certain texts. */
  override _toBindable(value: unknown): unknown {
    return typeof value === 'string' ? toStorableText(value) : super._toBindable(value);
  }

  /** libsql gives a BLOB as an ArrayBuffer, where better-sqlite3 gives a Buffer. */
  override _toRow(row: unknown): unknown {
    const columns = row as Record<string, unknown>;
    for (const name in columns) {
      const value = columns[name];
      if (value instanceof ArrayBuffer) columns[name] = Buffer.from(value);
    }
    return row;
  }
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
