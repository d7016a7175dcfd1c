import { randomBytes } from 'node:crypto';
import createKnex, { type Knex } from 'knex';
import { onTestFinished } from 'vitest';

/** The servers that these tests talk to. */
export type ServerKind = 'postgres' | 'mysql';

const DRIVERS = { postgres: 'pg', mysql: 'mysql2' } as const;

const QUIET: Knex.Logger = { warn() {}, error() {}, debug() {}, deprecate() {} };

/** How to reach a database of its own on a server. */
export type ServerDatabase = {
  client: 'pg' | 'mysql2';
  connection: { host: string; port: number; user: string; password: string; database: string };
};

/** The sessions on a database, other than those of the client that asks. */
export async function countSessions(knex: Knex, where: Record<string, unknown>): Promise<number> {
  const isPostgres = knex.client.driverName === 'pg';
  const table = isPostgres ? 'pg_stat_activity' : 'information_schema.processlist';
  const [own, id] = isPostgres ? ['pg_backend_pid()', 'pid'] : ['connection_id()', 'id'];
  const query = knex(table).where(where).whereNot(id, knex.raw(own));
  const [row] = await query.count({ count: '*' });
  return Number(row?.['count']);
}

/** An empty database on a server, which is gone after the present test. */
export async function createServerDatabase(kind: ServerKind, url: string): Promise<ServerDatabase> {
  const name = uniqueName();
  await administer(kind, url, `create database ${name}`);
  dropAfterTest(kind, url, name);
  const { client, connection } = serverOf(kind, url);
  return { client, connection: { ...connection, database: name } };
}

/** A name that no other test uses. */
export function uniqueName(): string {
  return `stagewire_test_${randomBytes(6).toString('hex')}`;
}

/** How to reach a server. */
export function serverOf(kind: ServerKind, url: string) {
  const { hostname, port, username, password } = new URL(url);
  const connection = {
    host: hostname,
    port: Number(port || (kind === 'postgres' ? 5432 : 3306)),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
  };
  return { client: DRIVERS[kind], connection };
}

/** Removes a database, if there is one, when the present test has ended. */
export function dropAfterTest(kind: ServerKind, url: string, name: string): void {
  const force = kind === 'postgres' ? ' with (force)' : '';
  onTestFinished(() => administer(kind, url, `drop database if exists ${name}${force}`));
}

/** A client of knex, as a plugin has one; closed after the present test. */
export function connectTo(
  { client, connection }: ServerDatabase,
  { pool, ...config }: Knex.Config = {},
): Knex {
  const knex = createKnex({
    log: QUIET,
    ...config,
    client,
    connection,
    useNullAsDefault: true,
    pool: { min: 0, ...pool },
  });
  onTestFinished(() => knex.destroy());
  return knex;
}

async function administer(kind: ServerKind, url: string, sql: string): Promise<void> {
  const knex = createKnex({ client: DRIVERS[kind], connection: url, pool: { min: 0, max: 1 } });
  try {
    await knex.raw(sql);
  } finally {
    await knex.destroy();
  }
}
