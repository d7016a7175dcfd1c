import type { JsonObject } from '@stagewire/config';
import type { OpeningTools } from '../dialects.js';
import { databaseErrors } from '../errors.js';

/** What a way to log in has to hand. */
export type LoginTools = Pick<OpeningTools, 'administration' | 'applicationFolders' | 'logger'> & {
  /** Where a person finds the connection in the configuration. */
  settingsKey: string;
};

/** Turns a configured connection into what the driver connects with. */
type ToLogin = (connection: JsonObject, tools: LoginTools) => Promise<object>;

// Each loads the library of its cloud when it is used.
const LOGINS: ReadonlyMap<string, () => Promise<ToLogin>> = new Map([
  ['azure', async () => (await import('./azure-login.js')).toAzureLogin],
  ['cloudsql', async () => (await import('./cloudsql-login.js')).toCloudSqlLogin],
  ['rds', async () => (await import('./rds-login.js')).toRdsLogin],
]);

/**
 * Logs in as `connection.type` says: with what is configured, or with tokens of a cloud.
 *
 * @throws `E_DATABASE_CONNECTION_TYPE`, `E_DATABASE_LOGIN_SETTING`, `E_DATABASE_LOGIN_PACKAGE`
 */
export async function toPostgresLogin(connection: JsonObject, tools: LoginTools): Promise<object> {
  const { type = 'default', ...rest } = connection;
  if (type === 'default') return rest;
  const loadLogin = LOGINS.get(String(type));
  if (!loadLogin) throw databaseErrors.connectionType(String(type), tools.settingsKey);
  return (await loadLogin())(rest, tools);
}

/** Reads a text that the way to log in cannot do without. */
export function requireText(
  connection: JsonObject,
  key: string,
  place: { type: string; settingsKey: string },
): string {
  const value = connection[key];
  if (typeof value === 'string' && value !== '') return value;
  throw databaseErrors.loginSetting(place.type, `${place.settingsKey}.${key}`);
}
