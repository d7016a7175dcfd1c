import { toPooledClient, type PooledClient, type ServerConnection } from './pooled-client.js';
import type { Knex } from 'knex';

/** The sessions that this process has on database servers, as `<server>/<id>`. */
const OWN = new Set<string>();

/** Remembers the sessions of a client, as long as they are there. */
export function rememberSessionsOf(knex: Knex): void {
  const client = toPooledClient(knex);
  client.pool.on('createSuccess', (_id, connection) => rememberSession(client, connection));
  client.pool.on('destroySuccess', (_id, connection) => forgetSession(client, connection));
}

/** Remembers a session that is none of a pool. */
export function rememberSession(client: PooledClient, connection: ServerConnection): void {
  OWN.add(keyOf(client, connection));
}

export function forgetSession(client: PooledClient, connection: ServerConnection): void {
  OWN.delete(keyOf(client, connection));
}

/** The ids of the sessions that this process has on the server of a client. */
export function findOwnSessions(client: PooledClient): number[] {
  const prefix = `${serverOf(client)}/`;
  return [...OWN]
    .filter((key) => key.startsWith(prefix))
    .map((key) => Number(key.slice(prefix.length)));
}

function keyOf(client: PooledClient, connection: ServerConnection): string {
  return `${serverOf(client)}/${connection.processID ?? connection.threadId}`;
}

function serverOf({ connectionSettings }: PooledClient): string {
  return `${connectionSettings?.host}:${connectionSettings?.port}`;
}
