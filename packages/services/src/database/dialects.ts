import type { LoggerService } from '@stagewire/plugin-api';
import type { Knex } from 'knex';
import type { DatabaseSettings } from './database-settings.js';

/**
 * Makes the client of a plugin's database, connected.
 *
 * @param logger - the plugin's own
 */
export type OpenDatabase = (settings: DatabaseSettings, logger: LoggerService) => Promise<Knex>;

// Both names mean the embedded SQLite. Its code, and knex, load when the first database opens.
const loadSqlite = async () => (await import('./sqlite.js')).openSqlite;

const DIALECTS: ReadonlyMap<string, () => Promise<OpenDatabase>> = new Map([
  ['better-sqlite3', loadSqlite],
  ['sqlite3', loadSqlite],
]);

/** What `backend.database.client` may be. */
export const SUPPORTED_CLIENTS: readonly string[] = [...DIALECTS.keys()];

/** Finds what opens databases of a client; undefined when there is no such client here. */
export function findDialect(client: string): (() => Promise<OpenDatabase>) | undefined {
  return DIALECTS.get(client);
}
