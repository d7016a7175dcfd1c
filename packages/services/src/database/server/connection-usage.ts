import { isExplained } from '@stagewire/errors';
import type { Knex } from 'knex';
import { explainConnectionFailure, type ConnectionContext } from './connection-failure.js';
import { databaseErrors } from '../errors.js';
import { toPooledClient, type PooledClient, type ServerConnection } from './pooled-client.js';

/** How much of a statement is told, in characters. */
const STATEMENT_LENGTH = 80;
/** Of how many connections it is told what they do. */
const TOLD_CONNECTIONS = 5;

/**
 * Has every query, transaction and migration of a client tell why it got no connection.
 *
 * @remarks
 * knex has one text for most of it, that the pool is probably full. Where that is so, the error
 * says how many connections are in use, for how long, and by which statements. These are told
 * without their values.
 */
export function explainFailuresOf(knex: Knex, context: ConnectionContext): void {
  const client = toPooledClient(knex);
  const usage = new ConnectionUsage(client);
  knex.on('query', ({ __knexUid, sql }: { __knexUid: string; sql: string }) =>
    usage.setStatement(__knexUid, sql),
  );
  const acquire = client.acquireConnection.bind(client);
  const release = client.releaseConnection.bind(client);
  client.acquireConnection = async () => {
    try {
      return usage.begin(await acquire());
    } catch (error) {
      throw usage.explain(error, context);
    }
  };
  client.releaseConnection = (connection) => {
    usage.end(connection);
    return release(connection);
  };
}

/** Who uses the connections of a pool. */
class ConnectionUsage {
  readonly #client: PooledClient;
  readonly #uses = new Map<string | undefined, { since: number; statement: string | undefined }>();
  #lastFailure: unknown;

  constructor(client: PooledClient) {
    this.#client = client;
    client.pool.on('createFail', (_id, error) => (this.#lastFailure = error));
    client.pool.on('createSuccess', () => (this.#lastFailure = undefined));
  }

  begin(connection: ServerConnection): ServerConnection {
    this.#uses.set(connection.__knexUid, { since: performance.now(), statement: undefined });
    return connection;
  }

  setStatement(connectionId: string, sql: string): void {
    const use = this.#uses.get(connectionId);
    if (use) use.statement = sql;
  }

  end(connection: ServerConnection): void {
    this.#uses.delete(connection.__knexUid);
  }

  explain(error: unknown, context: ConnectionContext): Error {
    const isTimeout = error instanceof Error && error.name === 'KnexTimeoutError';
    if (!isTimeout || isExplained(error)) return explainConnectionFailure(error, context);
    const { pool } = this.#client;
    const { pluginId } = context;
    if (pluginId !== undefined && pool.numUsed() >= pool.max) {
      return databaseErrors.poolExhausted(error, pluginId, this.#tell());
    }
    // There is room in the pool: it is the server that does not let anybody in. The pool keeps no
    // more of its errors than their text.
    return explainConnectionFailure(this.#lastFailure ?? error, context);
  }

  #tell(): string {
    const { max } = this.#client.pool;
    const uses = [...this.#uses.values()].sort((a, b) => a.since - b.since);
    const told = uses.slice(0, TOLD_CONNECTIONS).map(({ since, statement }) => {
      const seconds = ((performance.now() - since) / 1000).toFixed(1);
      return `${seconds} s by ${statement ? `\`${shorten(statement)}\`` : 'no statement yet'}`;
    });
    const isMore = uses.length > told.length;
    return `${uses.length} of ${max} in use: ${told.join('; ')}${isMore ? '; …' : ''}`;
  }
}

function shorten(sql: string): string {
  // A text in a statement may be a secret.
  const line = sql.replaceAll(/'(?:[^']|'')*'/g, `'…'`).replaceAll(/\s+/g, ' ');
  return line.length > STATEMENT_LENGTH ? `${line.slice(0, STATEMENT_LENGTH)}…` : line;
}
