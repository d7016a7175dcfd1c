import type { Knex } from 'knex';
import type { Administration } from '../administration.js';
import { databaseErrors } from '../errors.js';
import { findCause } from '../server/find-cause.js';

/** A database that is to be there, and how to get to its server. */
export type MysqlPlace = {
  pluginId: string;
  database: string;
  administration: Administration;
  /** Names server and user: plugins with the same key share a connection. */
  serverKey: string;
  /** A client for making things, connected to no database. */
  createAdminClient(): Knex;
};

/** ER_DBACCESS_DENIED_ERROR: of a database, where the user as such is known. */
const NO_RIGHT = 1044;
/** ER_ACCESS_DENIED_ERROR: wrong credentials. */
const NO_ACCESS = 1045;

/**
 * Makes the database of a plugin unless it is there.
 *
 * @throws `E_DATABASE_CREATE_RIGHT`, and why there is no connection
 */
export async function ensureMysqlDatabase(place: MysqlPlace): Promise<void> {
  const { administration, database, pluginId, serverKey } = place;
  try {
    await administration.run({
      key: serverKey,
      connect: () => place.createAdminClient(),
      work: (client) => makeDatabase(client, database),
      isFinal: (error) => [NO_RIGHT, NO_ACCESS].includes(findServerNumber(error) ?? 0),
    });
  } catch (error) {
    if (findServerNumber(error) === NO_RIGHT) {
      throw databaseErrors.databaseRight(database, pluginId, error);
    }
    throw databaseErrors.cannotEnsureDatabase(database, error);
  }
}

async function makeDatabase(client: Knex, name: string): Promise<void> {
  // Who may not make databases may have one all the same.
  const schemata = client('information_schema.schemata').where('schema_name', name);
  if (await schemata.first(client.raw('1 as found'))) return;
  await client.raw('create database if not exists ??', [name]);
}

function findServerNumber(error: unknown): number | undefined {
  return findCause<{ errno?: number }>(error, 'sqlState')?.errno;
}
