import { findSocket, type ConnectionPool, type ServerConnection } from '../server/pooled-client.js';

/** How long the server may take to let go of a connection that was closed, in milliseconds. */
const CLOSE_PATIENCE = 2_000;

/** Makes and closes the connections of one pool, with those of all others in mind. */
export type CountedPool = {
  pool: ConnectionPool;
  /** Whose it is. */
  owner: object;
  /** Makes one that the pool does not know about. */
  create(): Promise<ServerConnection>;
  destroy(connection: ServerConnection): Promise<unknown>;
};

/** Who needs room: for how many, and what lets one in, as long as there is room. */
type Seeker = { countNeeded(): number; enter(): void };

/**
 * Counts the connections of some pools, those being made and being closed too, and lets no more be
 * there at a time than there is room for: idle ones make room for others.
 *
 * @remarks
 * Who asks for room must be sure that not all connections are in use; then some will always become
 * idle, or be gone, and the wait ends. A pool does not begin to make a connection before there is
 * room: it may be given back one of its own in the meantime, and need no other.
 */
export class ConnectionRoom {
  readonly #size: number;
  readonly #pools = new Set<CountedPool>();
  /** In the order in which they came. */
  readonly #seekers = new Set<Seeker>();
  #connections = 0;
  #closing = 0;

  constructor(size: number) {
    this.#size = size;
  }

  /** Counts the connections of a pool from now on. */
  add(pool: ConnectionPool, owner: object): CountedPool {
    const [create, destroy] = [pool.creator, pool.destroyer];
    this.#holdBack(pool);
    pool.creator = () => create().catch((error: unknown) => this.#fail(error));
    pool.destroyer = (connection) => this.#close(connection, destroy);
    pool.on('destroyRequest', () => this.#closing++);
    const counted: CountedPool = {
      pool,
      owner,
      create: async () => {
        await this.#enter();
        return pool.creator();
      },
      destroy: async (connection) => {
        this.#closing++;
        return pool.destroyer(connection);
      },
    };
    this.#pools.add(counted);
    return counted;
  }

  /** Forgets a pool whose connections are gone. */
  remove(counted: CountedPool): void {
    this.#pools.delete(counted);
  }

  /** To be called when a connection has become idle: somebody may need its room. */
  tidy(): void {
    let needed = 0;
    for (const seeker of this.#seekers) {
      while (this.#connections < this.#size && seeker.countNeeded() > 0) seeker.enter();
      if (seeker.countNeeded() > 0) needed += seeker.countNeeded();
      else this.#seekers.delete(seeker);
    }
    while (this.#closing < needed && this.#closeIdle());
  }

  /** Has a pool make connections only as long as there is room, and again as soon as there is. */
  #holdBack(pool: ConnectionPool): void {
    const shouldCreate = pool._shouldCreateMoreResources.bind(pool);
    const seeker: Seeker = {
      countNeeded: () =>
        shouldCreate() ? pool.numPendingAcquires() - pool.numPendingCreates() : 0,
      enter: () => {
        this.#connections++;
        pool._doCreate();
      },
    };
    pool._shouldCreateMoreResources = () => {
      if (!shouldCreate()) return false;
      const isFull = this.#connections >= this.#size;
      if (isFull) this.#seekers.add(seeker);
      else this.#connections++;
      // Not at once: the pool is in the middle of something.
      if (isFull) setImmediate(() => this.tidy());
      return !isFull;
    };
  }

  /** Waits until there is room for a connection that is none of a pool. */
  async #enter(): Promise<void> {
    await new Promise<void>((resolve) => {
      let needed = 1;
      const enter = () => {
        this.#connections++;
        needed = 0;
        resolve();
      };
      this.#seekers.add({ countNeeded: () => needed, enter });
      this.tidy();
    });
  }

  async #close(
    connection: ServerConnection,
    destroy: (connection: ServerConnection) => Promise<unknown>,
  ): Promise<unknown> {
    try {
      const isGone = whenGone(connection);
      const result = await destroy(connection);
      await isGone;
      return result;
    } finally {
      this.#closing--;
      this.#leave();
    }
  }

  #fail(error: unknown): never {
    this.#leave();
    throw error;
  }

  #leave(): void {
    this.#connections--;
    this.tidy();
  }

  /** Closes, of the owner with the most connections, the one that was idle longest. */
  #closeIdle(): boolean {
    const [richest] = [...this.#pools]
      .filter(({ pool }) => pool.numFree() > 0)
      .sort((a, b) => this.#count(b.owner) - this.#count(a.owner) || idleSince(a) - idleSince(b));
    if (richest) closeOneIdle(richest.pool);
    return richest !== undefined;
  }

  #count(owner: object): number {
    return [...this.#pools]
      .filter((counted) => counted.owner === owner)
      .reduce((sum, { pool }) => sum + pool.numFree() + pool.numUsed(), 0);
  }
}

function idleSince({ pool }: CountedPool): number {
  return pool.free[0]?.timestamp ?? Infinity;
}

/** Has the pool itself close the one that was idle longest, as if it had been so for too long. */
function closeOneIdle(pool: ConnectionPool): void {
  const { min, idleTimeoutMillis } = pool;
  Object.assign(pool, { min: pool.numUsed() + pool.numFree() - 1, idleTimeoutMillis: 0 });
  pool.check();
  Object.assign(pool, { min, idleTimeoutMillis });
}

/** The drivers say that a connection is closed before the server has let go of it. */
async function whenGone(connection: ServerConnection): Promise<void> {
  const socket = findSocket(connection);
  if (!socket || socket.closed) return;
  await new Promise<void>((resolve) => {
    const end = () => {
      clearTimeout(timer);
      socket.removeListener('close', end);
      resolve();
    };
    const timer = setTimeout(end, CLOSE_PATIENCE);
    socket.once('close', end);
  });
}
