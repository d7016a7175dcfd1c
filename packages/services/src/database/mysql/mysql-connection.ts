import type { JsonObject, JsonValue } from '@stagewire/config';
import type { ConnectionConfig, DatabaseSettings } from '../database-settings.js';
import { dropEmpty } from '../server/drop-empty.js';
import { databaseErrors } from '../errors.js';

/** Where a plugin's tables are on a MySQL or MariaDB server. */
export type MysqlTarget = {
  /** How to reach the server, as configured; without a database. */
  connection: JsonObject;
  database: string;
};

/** The longest name of a database, in characters. */
const LONGEST_NAME = 64;

/**
 * Finds the place of a plugin's tables in the configuration.
 *
 * @throws an InputError for a connection string that is none, `E_DATABASE_NAME_LENGTH`
 */
export function toMysqlTarget(settings: DatabaseSettings): MysqlTarget {
  const { pluginId, prefix } = settings;
  const base = toObject(settings.baseConnection);
  const own = toObject(settings.pluginConnection);
  const database = String(own['database'] ?? `${prefix}${pluginId}`);
  if (database.length > LONGEST_NAME) {
    throw databaseErrors.nameLength(database, pluginId, LONGEST_NAME);
  }
  const { database: _, ...connection } = { ...base, ...own };
  return { connection, database };
}

/** Names the server and database for people; never the credentials. */
export function describeMysql(connection: JsonObject, database?: string): string {
  const { socketPath, host = 'localhost', port = 3306 } = connection;
  const server = socketPath ?? `${host}:${port}`;
  return `${server}${database === undefined ? '' : `/${database}`}`;
}

function toObject(connection: ConnectionConfig | undefined): JsonObject {
  return typeof connection === 'string' ? parse(connection) : (connection ?? {});
}

function parse(text: string): JsonObject {
  // The errors of URL hold the text, and that holds a password.
  if (!URL.canParse(text)) throw databaseErrors.mysqlConnectionString('it is no URL');
  const url = new URL(text);
  if (!/^(?:mysql2?|mariadb):$/.test(url.protocol)) {
    throw databaseErrors.mysqlConnectionString(`unknown protocol ${url.protocol}`);
  }
  return dropEmpty({
    user: decode(url.username),
    password: decode(url.password),
    host: decode(url.hostname).replace(/^\[|\]$/g, ''),
    port: url.port === '' ? undefined : Number(url.port),
    database: decode(url.pathname.slice(1)),
    ...readOptions(url.searchParams),
  });
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw databaseErrors.mysqlConnectionString(
      'a % in it is not followed by two hexadecimal digits',
    );
  }
}

/** Options are JSON (`ssl={"ca":…}`, `debug=true`), or plain text (`ssl=Amazon RDS`). */
function readOptions(parameters: URLSearchParams): JsonObject {
  const options = Object.fromEntries(Array.from(parameters, ([name, text]) => [name, read(text)]));
  // A bare true is no option of the driver.
  if (options['ssl'] === true) options['ssl'] = {};
  return options;
}

function read(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}
