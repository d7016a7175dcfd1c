import type { Knex } from 'knex';
import type { DatabaseSettings } from '../database-settings.js';
import type { OpeningTools } from '../dialects.js';
import { ensurePostgresDatabase, ensurePostgresSchema } from './ensure-postgres.js';
import { healMigrationLocks } from '../migrations/migration-lock.js';
import { findPostgresPlace } from './postgres-place.js';

/**
 * Opens the PostgreSQL database of a plugin: one of its own, or a schema in a shared one. What does
 * not exist is made before, unless the configuration says otherwise.
 *
 * @throws `E_DATABASE_CONNECTION_STRING`, `E_DATABASE_SCHEMA_PREFIX`, `E_DATABASE_NAME_LENGTH`,
 *   `E_DATABASE_CREATE_RIGHT`, `E_DATABASE_SCHEMA_RIGHT`, what is wrong with a login, and why there
 *   is no connection
 */
export async function openPostgres(settings: DatabaseSettings, tools: OpeningTools): Promise<Knex> {
  const place = await findPostgresPlace(settings, tools);
  if (settings.ensureExists) await ensurePostgresDatabase(place);
  if (settings.ensureExists || settings.ensureSchemaExists) await ensurePostgresSchema(place);

  const client = place.createClient();
  healMigrationLocks(client, { pluginId: settings.pluginId, logger: tools.logger });
  return client;
}
