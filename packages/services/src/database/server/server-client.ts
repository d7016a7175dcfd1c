import { callbackify } from 'node:util';
import type { JsonObject } from '@stagewire/config';
import type { LoggerService } from '@stagewire/plugin-api';
import makeKnex, { type Knex } from 'knex';
import type { ConnectionBudget } from '../budget/connection-budget.js';
import { explainFailuresOf } from './connection-usage.js';
import { toKnexLogger } from '../knex-logger.js';

/** After which time without a query a connection is closed, in milliseconds. */
const IDLE_TIMEOUT = 30_000;
/** The same for a connection that makes databases: those are made at the start only. */
const ADMIN_IDLE_TIMEOUT = 1_000;
/** How long a query of an administration waits for its connection, in milliseconds. */
const ADMIN_ACQUIRE_TIMEOUT = 30_000;

/** What a client for a database server is made of. */
export type ServerClientOptions = {
  pluginId: string;
  /** As the configuration calls it. */
  client: string;
  /** The dialect of knex, with its driver. */
  Dialect: unknown;
  /** What the driver connects to. */
  connection: object;
  /** The same for people: without credentials. */
  address: string;
  /** Where a person finds the connection in the configuration. */
  settingsKey: string;
  knexConfig: JsonObject;
  logger: LoggerService;
  budget: ConnectionBudget | undefined;
  /** Whether it works for several plugins: its failures are not those of `pluginId` then. */
  isShared?: boolean;
  /** Is awaited with each new connection before anything else uses it. */
  prepare?: ((connection: unknown) => Promise<void>) | undefined;
};

/**
 * Makes a client for a database server. It connects with the first query, and lets go of
 * connections that nobody uses: a plugin that does nothing holds none.
 */
export function createServerClient(options: ServerClientOptions): Knex {
  const { knexConfig, pluginId, isShared, prepare } = options;
  const client = makeKnex({
    ...knexConfig,
    client: options.Dialect as typeof Knex.Client,
    connection: options.connection as Knex.StaticConnectionConfig,
    useNullAsDefault: true,
    log: toKnexLogger(options.logger),
    pool: {
      min: 0,
      idleTimeoutMillis: IDLE_TIMEOUT,
      ...(knexConfig['pool'] as Knex.PoolConfig | undefined),
      ...(prepare && { afterCreate: callbackify(prepare) }),
    },
  });
  options.budget?.attach(client, pluginId);
  explainFailuresOf(client, { ...options, pluginId: isShared ? undefined : pluginId });
  return client;
}

/** Makes a client with at most one connection, for making databases of all plugins. */
export function createAdminClient(options: Omit<ServerClientOptions, 'knexConfig'>): Knex {
  return createServerClient({
    ...options,
    isShared: true,
    knexConfig: {
      acquireConnectionTimeout: ADMIN_ACQUIRE_TIMEOUT,
      pool: { min: 0, max: 1, idleTimeoutMillis: ADMIN_IDLE_TIMEOUT },
    },
  });
}
