import type { LoggerService } from '@stagewire/plugin-api';
import type { Knex } from 'knex';
import type { ConnectionBudget } from './budget/connection-budget.js';
import type { DatabaseSettings } from './database-settings.js';
import type { Administration } from './administration.js';

/** What opening a plugin's database has to hand. */
export type OpeningTools = {
  /** The plugin's own. */
  logger: LoggerService;
  /** Where databases are made, and what plugins share of a server. */
  administration: Administration;
  /** How many connections all plugins together may have; undefined for as many as they like. */
  budget: ConnectionBudget | undefined;
  /** Where to look for packages that an integrator may have installed; the application's folders when left out. */
  applicationFolders?: readonly string[] | undefined;
};

/** Makes the client of a plugin's database, with the database there. */
export type OpenDatabase = (settings: DatabaseSettings, tools: OpeningTools) => Promise<Knex>;

// The code of a dialect, its driver, and knex load when the first database of that kind opens.
const loadSqlite = async () => (await import('./sqlite/open-sqlite.js')).openSqlite;
const loadPostgres = async () => (await import('./postgres/open-postgres.js')).openPostgres;
const loadMysql = async () => (await import('./mysql/open-mysql.js')).openMysql;

const DIALECTS: ReadonlyMap<string, () => Promise<OpenDatabase>> = new Map([
  ['pg', loadPostgres],
  ['better-sqlite3', loadSqlite],
  ['sqlite3', loadSqlite],
  ['mysql', loadMysql],
  ['mysql2', loadMysql],
]);

/** What `backend.database.client` may be. */
export const SUPPORTED_CLIENTS: readonly string[] = [...DIALECTS.keys()];

/** Finds what opens databases of a client; undefined when there is no such client here. */
export function findDialect(client: string): (() => Promise<OpenDatabase>) | undefined {
  return DIALECTS.get(client);
}
