import type { LoggerService } from '@stagewire/plugin-api';
import { findBetterSqlite3, loadBetterSqlite3Dialect } from './better-sqlite3-dialect.js';
import { databaseErrors } from '../errors.js';

/**
 * Loads the driver for the embedded database: better-sqlite3 where the integrator has installed it,
 * otherwise libsql, whose binary came with this package.
 *
 * @throws `E_DATABASE_DRIVER`
 */
export async function loadSqliteDialect(
  pluginId: string,
  tools: { logger: LoggerService; applicationFolders?: readonly string[] | undefined },
) {
  const folder = await findBetterSqlite3(tools.applicationFolders);
  if (folder !== undefined) {
    try {
      return await loadBetterSqlite3Dialect(folder);
    } catch (error) {
      // Its binary has to be compiled for each version of Node, and is easily left out or left old.
      tools.logger.warn(
        `better-sqlite3 in ${folder} does not load, libsql is used in its place: ${error}`,
      );
    }
  }
  try {
    return (await import('./libsql-dialect.js')).LibsqlDialect;
  } catch (error) {
    throw databaseErrors.driverMissing(pluginId, error);
  }
}
