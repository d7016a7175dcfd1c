import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readFile } from 'node:fs/promises';
import { findInApplication } from '../from-application.js';
import { SqliteDialect, type Connection } from './sqlite-dialect.js';

type Driver = new (
  filename: string,
  options: { readonly: boolean; timeout: number; nativeBinding?: string | undefined },
) => Connection;

const NAME = 'better-sqlite3';

/**
 * Finds better-sqlite3 where an integrator has installed it; undefined where it is not, or where
 * another package was installed under its name.
 *
 * @param folders - where to look; the folders of the application when left out
 */
export async function findBetterSqlite3(folders?: readonly string[]): Promise<string | undefined> {
  const path = findInApplication(`${NAME}/package.json`, folders);
  if (path === undefined) return undefined;
  const { name } = JSON.parse(await readFile(path, 'utf8')) as { name?: unknown };
  return name === NAME ? dirname(path) : undefined;
}

/**
 * Makes the dialect of an installed better-sqlite3.
 *
 * @param folder - of the package
 * @throws when its binary does not load, for example because it was compiled for another Node
 */
export async function loadBetterSqlite3Dialect(folder: string) {
  const path = findInApplication(folder, [folder]) ?? folder;
  const { default: Driver } = (await import(pathToFileURL(path).href)) as { default: Driver };
  // The binary loads with the first database, not with the package.
  new Driver(':memory:', { readonly: false, timeout: 0 }).close();

  return class BetterSqlite3Dialect extends SqliteDialect {
    _driver(): Driver {
      return Driver;
    }

    override async acquireRawConnection(): Promise<Connection> {
      const { filename, options } = this.connectionSettings;
      const connection = new Driver(filename, {
        readonly: options?.readonly === true,
        // By itself it would put the whole process to sleep while another one locks the file.
        timeout: 0,
        nativeBinding: options?.nativeBinding,
      });
      connection.exec('PRAGMA foreign_keys = ON');
      if (options?.safeIntegers === true) connection.defaultSafeIntegers(true);
      return connection;
    }
  };
}
