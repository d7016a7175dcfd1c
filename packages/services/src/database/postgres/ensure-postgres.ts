import type { Knex } from 'knex';
import { databaseErrors } from '../errors.js';
import { findCause } from '../server/find-cause.js';
import type { PostgresPlace } from './postgres-place.js';

/** The database that every server has, and from which others are made. */
const ADMIN_DATABASE = 'postgres';

const NO_RIGHT = '42501';
const MISSING = '3D000';
/** Wrong credentials, no right, no such database: asking again changes nothing. */
const FINAL = /^28|^42501$|^3D000$/;

/**
 * Makes the database of a plugin unless it is there.
 *
 * @throws `E_DATABASE_CREATE_RIGHT`, and why there is no connection
 */
export async function ensurePostgresDatabase(place: PostgresPlace): Promise<void> {
  const { database, serverKey, tools } = place;
  if (database === undefined) return;
  // With a schema for each plugin, all of them ask for the same one.
  await tools.administration.share(`${serverKey} database ${database}`, async () => {
    try {
      await tools.administration.run({
        key: `${serverKey} admin`,
        connect: () => place.createAdminClient(ADMIN_DATABASE),
        work: (client) => makeDatabase(client, database, place.settings.role),
        isFinal,
      });
    } catch (error) {
      if (error instanceof CreateRefused) {
        throw databaseErrors.databaseRight(database, place.settings.pluginId, error.cause);
      }
      if (!isRefusal(error)) throw databaseErrors.cannotEnsureDatabase(database, error);
      // Where one may not use the common database, one's own may be there all the same.
      const failure = await tryToConnect(place, database);
      if (failure === undefined) return;
      const isMissing = findServerCode(failure) === MISSING;
      throw databaseErrors.cannotEnsureDatabase(database, isMissing ? error : failure);
    }
  });
}

/**
 * Makes the schema of a plugin unless it is there, or none is wanted.
 *
 * @throws `E_DATABASE_SCHEMA_RIGHT`, and why there is no connection
 */
export async function ensurePostgresSchema(place: PostgresPlace): Promise<void> {
  const { database, schema, settings, serverKey, tools } = place;
  if (schema === undefined) return;
  try {
    await tools.administration.run({
      key: `${serverKey} schemas of ${database}`,
      connect: () => place.createAdminClient(database),
      work: (client) => makeSchema(client, schema, settings.role),
      isFinal,
    });
  } catch (error) {
    if (error instanceof CreateRefused) {
      throw databaseErrors.schemaRight(schema, settings.pluginId, error.cause);
    }
    throw databaseErrors.cannotEnsureSchema(settings.pluginId, error);
  }
}

async function makeDatabase(client: Knex, name: string, role: string | undefined): Promise<void> {
  if (await client('pg_database').where('datname', name).first('datname')) return;
  const owner = role === undefined ? '' : ' owner ??';
  await create(client, `create database ??${owner}`, [name, role]);
}

async function makeSchema(client: Knex, name: string, role: string | undefined): Promise<void> {
  if (await client('pg_namespace').where('nspname', name).first('nspname')) return;
  const owner = role === undefined ? '' : ' authorization ??';
  await create(client, `create schema if not exists ??${owner}`, [name, role]);
}

/** Making it is not allowed, while asking for it is. */
class CreateRefused extends Error {}

async function create(client: Knex, sql: string, names: Array<string | undefined>): Promise<void> {
  try {
    await client.raw(
      sql,
      names.filter((name) => name !== undefined),
    );
  } catch (error) {
    if (findServerCode(error) === NO_RIGHT) throw new CreateRefused('refused', { cause: error });
    // Another process may have been quicker: the next attempt finds what that one has made.
    throw error;
  }
}

/** @returns why there is no connection; undefined when there is one */
async function tryToConnect(place: PostgresPlace, database: string): Promise<unknown> {
  const client = place.createAdminClient(database);
  try {
    await client.raw('select 1');
    return undefined;
  } catch (error) {
    return error;
  } finally {
    await client.destroy();
  }
}

function isFinal(error: unknown): boolean {
  return error instanceof CreateRefused || isRefusal(error);
}

function isRefusal(error: unknown): boolean {
  return FINAL.test(findServerCode(error) ?? '');
}

function findServerCode(error: unknown): string | undefined {
  return findCause<{ code?: string }>(error, 'severity')?.code;
}
