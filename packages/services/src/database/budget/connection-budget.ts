import type { Config } from '@stagewire/config';
import type { Knex } from 'knex';
import { ConnectionRoom, type CountedPool } from './connection-room.js';
import { databaseErrors } from '../errors.js';
import {
  toPooledClient,
  type ConnectionPool,
  type ServerConnection,
} from '../server/pooled-client.js';

const KEY = 'backend.database.connectionBudget';

/**
 * How many connections there always are for pools. A separate one accompanies work that needs one of
 * a pool: were there separate ones only, nobody could go on. The second is the one that is kept.
 */
const LEFT_FOR_POOLS = 2;

/** A plugin, and what it uses at present. */
type Account = { pluginId: string; leases: Set<Lease> };

/** The right to use one connection; `since` is in milliseconds. */
type Lease = {
  account: Account;
  pool: ConnectionPool;
  /** Whether the connection is made as those of that pool, and is none of them. */
  isSeparate: boolean;
  since: number;
};

type Waiter = Omit<Lease, 'since'> & { grant(lease: Lease): void; fail(error: Error): void };

/** A connection that is none of a pool. */
export type SeparateConnection = { connection: ServerConnection; close(): Promise<void> };

/**
 * Caps the connections to database servers that the whole backend has, over the pools of all
 * plugins and whatever servers they are at, and shares them fairly.
 *
 * @remarks
 * Who uses a connection has a lease; there are as many as the budget says. The plugin with the
 * fewest goes first, and of those with as many, the one that has waited longest. Connections that
 * are idle belong to nobody: where there is no room for another, the plugin with the most of them
 * loses the one that was idle longest.
 *
 * A transaction of a plugin may wait for another connection of the same plugin. If every plugin
 * had one and waited for a second, all would wait for ever; so, of a budget of 2 or more, one is
 * kept for those that have exactly one already. With a budget of 1 such a transaction fails after
 * the time that its pool waits.
 */
export class ConnectionBudget {
  readonly #size: number;
  readonly #room: ConnectionRoom;
  readonly #accounts = new Map<string, Account>();
  #waiters: Waiter[] = [];

  /**
   * Reads `backend.database.connectionBudget`.
   *
   * @returns undefined when it is not set: then each pool has its own limit only
   * @throws `E_DATABASE_CONNECTION_BUDGET` when it is not a whole number of at least 1
   */
  static fromConfig(config: Config): ConnectionBudget | undefined {
    const size = config.getOptionalNumber(KEY);
    if (size === undefined) return undefined;
    if (!Number.isSafeInteger(size) || size < 1) throw databaseErrors.connectionBudget(KEY, size);
    return new ConnectionBudget(size);
  }

  private constructor(size: number) {
    this.#size = size;
    this.#room = new ConnectionRoom(size);
  }

  /**
   * Has the pool of a client keep to the budget, in the name of a plugin, which may have several.
   * To be called before the client is used.
   */
  attach(knex: Knex, pluginId: string): void {
    const client = toPooledClient(knex);
    const account = this.#accounts.get(pluginId) ?? { pluginId, leases: new Set() };
    this.#accounts.set(pluginId, account);
    const counted = this.#room.add(client.pool, account);
    SEPARATE.set(client, () => this.#openSeparate(account, counted));

    const { pool } = client;
    const leases = new Map<ServerConnection, Lease>();
    const acquire = client.acquireConnection.bind(client);
    const release = client.releaseConnection.bind(client);
    const destroy = client.destroy.bind(client);
    client.acquireConnection = async () => {
      const lease = await this.#lease({ account, pool, isSeparate: false });
      try {
        const connection = await acquire();
        leases.set(connection, lease);
        return connection;
      } catch (error) {
        this.#return(lease);
        throw error;
      }
    };
    client.releaseConnection = async (connection) => {
      try {
        await release(connection);
      } finally {
        const lease = leases.get(connection);
        leases.delete(connection);
        if (lease) this.#return(lease);
      }
    };
    client.destroy = async (callback) => {
      this.#dismiss(pool);
      await destroy(callback).finally(() => this.#room.remove(counted));
    };
  }

  async #openSeparate(
    account: Account,
    { pool, create, destroy }: CountedPool,
  ): Promise<SeparateConnection | undefined> {
    if (this.#size <= LEFT_FOR_POOLS) return undefined;
    const lease = await this.#lease({ account, pool, isSeparate: true });
    try {
      const connection = await create();
      return {
        connection,
        close: async () => {
          await destroy(connection).finally(() => this.#return(lease));
        },
      };
    } catch (error) {
      this.#return(lease);
      throw error;
    }
  }

  /** Waits for a lease, as long as the pool waits for a connection. */
  async #lease(wanted: Omit<Lease, 'since'>): Promise<Lease> {
    return new Promise((resolve, reject) => {
      const { pluginId } = wanted.account;
      const patience = wanted.pool.acquireTimeoutMillis;
      const giveUp = () => {
        const holders = this.#tellHolders();
        waiter.fail(databaseErrors.budgetExhausted(pluginId, patience, this.#size, holders));
      };
      const timer = setTimeout(giveUp, patience);
      const end = () => {
        clearTimeout(timer);
        this.#waiters = this.#waiters.filter((other) => other !== waiter);
      };
      const waiter: Waiter = {
        ...wanted,
        grant: (lease) => (end(), resolve(lease)),
        fail: (error) => (end(), reject(error)),
      };
      this.#waiters.push(waiter);
      this.#grant();
    });
  }

  #return(lease: Lease): void {
    lease.account.leases.delete(lease);
    this.#grant();
    this.#room.tidy();
  }

  /** Hands out as many leases as may be. */
  #grant(): void {
    for (;;) {
      const [next] = this.#waiters
        .filter((waiter) => this.#mayHave(waiter))
        // Sorting is stable: of those with as many leases, the first to wait stays first.
        .sort((a, b) => a.account.leases.size - b.account.leases.size);
      if (!next) return;
      const { account, pool, isSeparate } = next;
      const lease = { account, pool, isSeparate, since: performance.now() };
      account.leases.add(lease);
      next.grant(lease);
    }
  }

  #mayHave({ account, pool, isSeparate }: Waiter): boolean {
    const held = [...this.#accounts.values()].flatMap(({ leases }) => [...leases]);
    if (held.length >= this.#size) return false;
    if (isSeparate) {
      const separate = held.filter((lease) => lease.isSeparate);
      return separate.length < this.#size - LEFT_FOR_POOLS;
    }
    const own = [...account.leases].filter((lease) => !lease.isSeparate);
    // A lease that its own pool has no connection for would be of use to nobody.
    if (own.filter((lease) => lease.pool === pool).length >= pool.max) return false;
    const isLast = this.#size > 1 && held.length === this.#size - 1;
    return !isLast || own.length === 1;
  }

  /** Sends away who waits for a connection of a pool that closes, or for a separate one. */
  #dismiss(pool: ConnectionPool): void {
    for (const waiter of this.#waiters.filter((one) => one.pool === pool)) {
      waiter.fail(new Error('Unable to acquire a connection'));
    }
  }

  /** Who has the leases, most first. */
  #tellHolders(): string {
    return [...this.#accounts.values()]
      .filter(({ leases }) => leases.size > 0)
      .sort((a, b) => b.leases.size - a.leases.size)
      .map(({ pluginId, leases }) => {
        const [oldest] = leases;
        const seconds = (performance.now() - (oldest?.since ?? 0)) / 1000;
        return `plugin ${pluginId} uses ${leases.size} (for up to ${seconds.toFixed(1)} s)`;
      })
      .join(', ');
  }
}

/** What opens a connection besides the pool of a client that keeps to a budget. */
const SEPARATE = new WeakMap<object, () => Promise<SeparateConnection | undefined>>();

/**
 * Opens a connection of a client that is none of its pool.
 *
 * @returns undefined when there is a budget that has no room for one
 */
export async function openSeparateConnection(knex: Knex): Promise<SeparateConnection | undefined> {
  const client = toPooledClient(knex);
  const open = SEPARATE.get(client);
  if (open) return open();
  const { pool } = client;
  const connection = await pool.creator();
  return { connection, close: async () => void (await pool.destroyer(connection)) };
}
