import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import type { Knex } from 'knex';

/** A connection of pg or mysql2, with what is used of them here. */
export type ServerConnection = EventEmitter & {
  __knexUid?: string;
  /** The id of its session on the server: of pg, and of mysql2. */
  processID?: number;
  threadId?: number;
  /** The socket of mysql2, and of pg. */
  stream?: Socket;
  connection?: { stream?: Socket };
};

/** The pool of a client, with what is used of it here; times are in milliseconds. */
export type ConnectionPool = {
  max: number;
  min: number;
  acquireTimeoutMillis: number;
  idleTimeoutMillis: number;
  /** The idle ones; the one that was idle longest is first. */
  free: ReadonlyArray<{ timestamp: number }>;
  creator(): Promise<ServerConnection>;
  destroyer(connection: ServerConnection): Promise<unknown>;
  /** Closes what has been idle for too long. */
  check(): void;
  /** Whether one more connection is wanted; where it says so, the pool goes on to make one. */
  _shouldCreateMoreResources(): boolean;
  _doCreate(): void;
  numUsed(): number;
  numFree(): number;
  numPendingAcquires(): number;
  numPendingCreates(): number;
  on(event: 'createSuccess', tell: (id: number, connection: ServerConnection) => void): void;
  on(event: 'destroyRequest', tell: () => void): void;
  on(event: 'destroySuccess', tell: (id: number, connection: ServerConnection) => void): void;
  on(event: 'createFail', tell: (id: number, error: unknown) => void): void;
};

/** A client of knex that has a pool of connections to a server. */
export type PooledClient = Omit<
  Knex.Client,
  'pool' | 'acquireConnection' | 'releaseConnection' | 'connectionSettings'
> & {
  pool: ConnectionPool;
  driverName: string;
  connectionSettings: { host?: string; port?: number } | undefined;
  acquireConnection(): Promise<ServerConnection>;
  releaseConnection(connection: ServerConnection): Promise<void>;
};

/** The client of knex, as it is inside. */
export function toPooledClient(knex: Knex): PooledClient {
  return knex.client as PooledClient;
}

/** The socket of a connection; undefined when it has none that is known. */
export function findSocket(connection: ServerConnection): Socket | undefined {
  return connection.stream ?? connection.connection?.stream;
}
