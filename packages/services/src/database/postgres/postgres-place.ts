import { promisify } from 'node:util';
import type { Knex } from 'knex';
import type { DatabaseSettings } from '../database-settings.js';
import type { OpeningTools } from '../dialects.js';
import { describePostgres, toPostgresTarget } from './postgres-connection.js';
import { PostgresDialect } from './postgres-dialect.js';
import { toPostgresLogin } from './postgres-login.js';
import { createAdminClient, createServerClient } from '../server/server-client.js';

/** How long a server may take to accept a connection, in milliseconds; the driver waits forever. */
const CONNECT_TIMEOUT = 20_000;

/** Where a plugin's tables are to be, and how to get there. */
export type PostgresPlace = {
  settings: DatabaseSettings;
  tools: OpeningTools;
  /** Names server and user: plugins with the same key may share connections. */
  serverKey: string;
  database: string | undefined;
  schema: string | undefined;
  createClient(): Knex;
  /** A client for making things, connected to a database that is there already. */
  createAdminClient(database: string | undefined): Knex;
};

/**
 * Finds where a plugin's tables are to be.
 *
 * @throws `E_DATABASE_CONNECTION_STRING`, `E_DATABASE_SCHEMA_PREFIX`, `E_DATABASE_NAME_LENGTH`, and
 *   what is wrong with a login
 */
export async function findPostgresPlace(
  settings: DatabaseSettings,
  tools: OpeningTools,
): Promise<PostgresPlace> {
  const { pluginId, role } = settings;
  const { connection, database, schema } = toPostgresTarget(settings);
  const serverKey = JSON.stringify(['pg', connection]);
  const login = await tools.administration.share(serverKey, () =>
    toPostgresLogin(connection, { ...tools, settingsKey: settings.settingsKey }),
  );
  const toOptions = (to: string | undefined, applicationName: string) => ({
    pluginId,
    client: settings.client,
    Dialect: PostgresDialect,
    connection: {
      application_name: applicationName,
      connectionTimeoutMillis: CONNECT_TIMEOUT,
      // Of TCP, not a query: tells a connection that a firewall has forgotten from a slow one.
      keepAlive: true,
      ...login,
      ...(to !== undefined && { database: to }),
    },
    address: describePostgres(connection, to),
    settingsKey: settings.settingsKey,
    logger: tools.logger,
    budget: tools.budget,
  });
  return {
    settings,
    tools,
    serverKey,
    database,
    schema,
    createAdminClient: (to) => createAdminClient(toOptions(to, 'backstage_admin')),
    createClient: () =>
      createServerClient({
        ...toOptions(database, `backstage_plugin_${pluginId}`),
        knexConfig: {
          ...settings.knexConfig,
          ...(schema !== undefined && { searchPath: [schema] }),
        },
        prepare: role === undefined ? undefined : (raw) => setRole(raw as RawConnection, role),
      }),
  };
}

type RawConnection = {
  escapeIdentifier(name: string): string;
  query(sql: string, done: (error: Error | null) => void): void;
};

async function setRole(connection: RawConnection, role: string): Promise<void> {
  const query = promisify(connection.query.bind(connection) as RawConnection['query']);
  await query(`SET ROLE ${connection.escapeIdentifier(role)}`);
}
