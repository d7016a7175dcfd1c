import { createRequire } from 'node:module';
import type { JsonObject } from '@stagewire/config';
import type { ConnectionConfig, DatabaseSettings } from '../database-settings.js';
import { dropEmpty } from '../server/drop-empty.js';
import { databaseErrors } from '../errors.js';

/** Where a plugin's tables are on a PostgreSQL server. */
export type PostgresTarget = {
  /** How to reach the server, as configured; without a database. */
  connection: JsonObject;
  /** The database; undefined leaves it to the driver, which takes PGDATABASE or the user's name. */
  database: string | undefined;
  /** The schema; undefined for the one that connections have anyway. */
  schema: string | undefined;
};

/** PostgreSQL cuts off what is longer, in bytes: two plugins could meet in one database. */
const LONGEST_NAME = 63;
const SCHEMA_PREFIX = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/**
 * Finds the place of a plugin's tables in the configuration.
 *
 * @throws `E_DATABASE_CONNECTION_STRING`, `E_DATABASE_SCHEMA_PREFIX`, `E_DATABASE_NAME_LENGTH`
 */
export function toPostgresTarget(settings: DatabaseSettings): PostgresTarget {
  const { pluginId, prefix, schemaPrefix } = settings;
  const base = toObject(settings.baseConnection, settings.settingsKey);
  const own = toObject(settings.pluginConnection, settings.settingsKey);
  const isSchema = settings.divisionMode === 'schema';
  // The database of the base is the one that all plugins share, or just a place to connect to.
  const named = (isSchema ? { ...base, ...own } : own)['database'];
  const database = named ?? (isSchema ? undefined : `${prefix}${pluginId}`);
  if (isSchema && schemaPrefix !== '' && !SCHEMA_PREFIX.test(schemaPrefix)) {
    throw databaseErrors.schemaPrefix(schemaPrefix);
  }
  const { database: _, ...connection } = { ...base, ...own };
  return {
    connection,
    database: checkLength(database as string | undefined, pluginId),
    schema: isSchema ? checkLength(`${schemaPrefix}${pluginId}`, pluginId) : undefined,
  };
}

/** Names the server and database for people; never the credentials. */
export function describePostgres(connection: JsonObject, database: string | undefined): string {
  const host = connection['host'] ?? connection['instance'] ?? process.env['PGHOST'] ?? 'localhost';
  const port = connection['port'] ?? process.env['PGPORT'] ?? 5432;
  return `${host}:${port}${database === undefined ? '' : `/${database}`}`;
}

function checkLength<TName extends string | undefined>(name: TName, pluginId: string): TName {
  if (name !== undefined && Buffer.byteLength(name) > LONGEST_NAME) {
    throw databaseErrors.nameLength(name, pluginId, LONGEST_NAME);
  }
  return name;
}

function toObject(connection: ConnectionConfig | undefined, settingsKey: string): JsonObject {
  if (typeof connection === 'string') return parse(connection, settingsKey);
  const { connectionString, ...rest } = connection ?? {};
  if (typeof connectionString !== 'string') return rest;
  return { ...parse(connectionString, settingsKey), ...rest };
}

/** Reads a text the way the driver does. The errors of that are not told: they hold the text. */
function parse(text: string, settingsKey: string): JsonObject {
  if (!/^(?:postgres|postgresql|socket):|^\//.test(text)) {
    throw databaseErrors.connectionString(settingsKey);
  }
  try {
    // What the text does not say, the driver takes from the environment.
    return dropEmpty(loadParser().parse(text));
  } catch (error) {
    // A certificate that cannot be read is told by its path.
    const { code, message } = error as NodeJS.ErrnoException;
    throw databaseErrors.connectionString(settingsKey, code === 'ENOENT' ? message : undefined);
  }
}

/** The parser of the driver is a package of its own, which the driver brings. */
function loadParser(): { parse(text: string): JsonObject } {
  const driver = createRequire(import.meta.url).resolve('pg');
  return createRequire(driver)('pg-connection-string') as ReturnType<typeof loadParser>;
}
