import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { callbackify } from 'node:util';
import type { JsonObject } from '@stagewire/config';
import type { Knex } from 'knex';
import type { ConnectionConfig, DatabaseSettings } from '../database-settings.js';
import type { OpeningTools } from '../dialects.js';
import { databaseErrors } from '../errors.js';
import { toKnexLogger } from '../knex-logger.js';
import { healMigrationLocks } from '../migrations/migration-lock.js';
import type { Connection } from './sqlite-dialect.js';
import { loadSqliteDialect } from './sqlite-driver.js';

const IN_MEMORY = ':memory:';

/**
 * Opens the SQLite database of a plugin: in memory, or as a file of its own.
 *
 * @throws `E_DATABASE_DIVISION_MODE`, `E_DATABASE_BASE_FILENAME`, `E_DATABASE_OPEN`,
 *   `E_DATABASE_DRIVER`
 */
export async function openSqlite(settings: DatabaseSettings, tools: OpeningTools): Promise<Knex> {
  if (settings.divisionMode === 'schema') throw databaseErrors.divisionMode('SQLite');
  const connection = toSqliteConnection(settings);
  const { filename, directory } = connection;
  const client = await createClient(settings, connection, tools);
  try {
    // For this user only: keys and tokens are in there.
    if (directory !== undefined) await mkdir(directory, { recursive: true, mode: 0o700 });
    await client.raw('select 1');
    if (filename !== IN_MEMORY) {
      healMigrationLocks(client, { pluginId: settings.pluginId, logger: tools.logger });
    }
    return client;
  } catch (error) {
    await client.destroy();
    throw databaseErrors.cannotOpen(settings.pluginId, filename, error);
  }
}

type SqliteConnection = {
  filename: string;
  /** Made when it is not there yet. */
  directory: string | undefined;
  options: JsonObject | undefined;
};

function toSqliteConnection(settings: DatabaseSettings): SqliteConnection {
  const base = toObject(settings.baseConnection);
  const own = toObject(settings.pluginConnection);
  if (base['filename'] !== undefined && base['filename'] !== IN_MEMORY) {
    throw databaseErrors.baseFilename();
  }
  const merged = { ...base, ...own };
  const options = merged['options'] as JsonObject | undefined;
  const directory = merged['directory'] as string | undefined;
  // A directory for this plugin wins over a base that is in memory.
  const named = own['directory'] === undefined ? merged['filename'] : own['filename'];
  if (named === IN_MEMORY) return { filename: IN_MEMORY, directory: undefined, options };

  const filename = resolve(directory ?? '.', (named as string) ?? `${settings.pluginId}.sqlite`);
  return { filename, directory: directory && resolve(directory), options };
}

function toObject(connection: ConnectionConfig | undefined): JsonObject {
  return typeof connection === 'string' ? { filename: connection } : (connection ?? {});
}

async function createClient(
  { pluginId, knexConfig }: DatabaseSettings,
  { filename, options }: SqliteConnection,
  tools: OpeningTools,
): Promise<Knex> {
  const { logger } = tools;
  const { default: knex } = await import('knex');
  const Dialect = await loadSqliteDialect(pluginId, tools);
  const { prepareSqliteFile } = await import('./sqlite-file.js');
  const isFile = filename !== IN_MEMORY && options?.['readonly'] !== true;
  return knex({
    ...knexConfig,
    client: Dialect as unknown as typeof Knex.Client,
    connection: { filename, options } as Knex.Sqlite3ConnectionConfig,
    useNullAsDefault: true,
    log: toKnexLogger(logger),
    pool: {
      ...(knexConfig['pool'] as Knex.PoolConfig | undefined),
      // Exactly one: a second connection to memory is another database, and one to the same file
      // would wait, and all of this process with it, for a transaction of the first.
      min: 1,
      max: 1,
      // To reconnect would be to lose what is in memory.
      maxConnectionLifetimeMillis: undefined,
      afterCreate: callbackify(async (connection: Connection) => {
        if (isFile) await prepareSqliteFile(connection, { pluginId, filename, logger });
      }),
    },
  });
}
