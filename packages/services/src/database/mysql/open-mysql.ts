import type { Knex } from 'knex';
import type { DatabaseSettings } from '../database-settings.js';
import type { OpeningTools } from '../dialects.js';
import { ensureMysqlDatabase } from './ensure-mysql.js';
import { databaseErrors } from '../errors.js';
import { healMigrationLocks } from '../migrations/migration-lock.js';
import { describeMysql, toMysqlTarget } from './mysql-connection.js';
import { getMysqlDialect } from './mysql-dialect.js';
import { createAdminClient, createServerClient } from '../server/server-client.js';

/**
 * Opens the MySQL or MariaDB database of a plugin. It is made before if it does not exist, unless
 * the configuration says otherwise.
 *
 * @throws `E_DATABASE_DIVISION_MODE`, `E_DATABASE_NAME_LENGTH`, `E_DATABASE_CREATE_RIGHT`, an
 *   InputError for a connection string that is none, and why there is no connection
 */
export async function openMysql(settings: DatabaseSettings, tools: OpeningTools): Promise<Knex> {
  const { pluginId, settingsKey } = settings;
  if (settings.divisionMode === 'schema') throw databaseErrors.divisionMode('MySQL');
  const { connection, database } = toMysqlTarget(settings);
  const toOptions = (to: string | undefined) => ({
    pluginId,
    client: settings.client,
    Dialect: getMysqlDialect(settings.client),
    connection: { ...connection, ...(to !== undefined && { database: to }) },
    address: describeMysql(connection, to),
    settingsKey,
    logger: tools.logger,
    budget: tools.budget,
  });
  if (settings.ensureExists) {
    await ensureMysqlDatabase({
      pluginId,
      database,
      administration: tools.administration,
      serverKey: JSON.stringify(['mysql', connection]),
      createAdminClient: () => createAdminClient(toOptions(undefined)),
    });
  }
  const client = createServerClient({ ...toOptions(database), knexConfig: settings.knexConfig });
  healMigrationLocks(client, { pluginId, logger: tools.logger });
  return client;
}
