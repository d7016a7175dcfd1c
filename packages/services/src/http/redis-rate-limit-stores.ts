import type { LoggerService } from '@stagewire/plugin-api';
import type { Options, Store } from 'express-rate-limit';
import type { RedisStore } from 'rate-limit-redis';
import { StoreUnavailableError, type RateLimitStores } from './rate-limit-stores.js';
import { RedisConnection } from './redis-rate-limit-connection.js';

/**
 * Keeps the counts of all limiters in Redis, over one connection.
 *
 * @throws `E_RATE_LIMIT_STORE`
 */
export async function openRedisStores(
  url: string | undefined,
  logger: LoggerService,
): Promise<RateLimitStores> {
  const [connection, { RedisStore: Counts }] = await Promise.all([
    RedisConnection.open(url, logger),
    import('rate-limit-redis'),
  ]);
  return {
    create(pluginId) {
      const counts = new Counts({
        prefix: pluginId === undefined ? 'rl:' : `${pluginId}:rl:`,
        sendCommand: (...command) => connection.send(command),
      });
      return new RecoveringStore(counts, connection);
    },
    close: () => connection.close(),
  };
}

/** Loads the scripts of the library again after a failure, which it does not do by itself. */
class RecoveringStore implements Store {
  readonly #counts: RedisStore;
  readonly #connection: RedisConnection;
  #options: Options | undefined;
  #ready: Promise<void> | undefined;

  constructor(counts: RedisStore, connection: RedisConnection) {
    this.#counts = counts;
    this.#connection = connection;
  }

  get prefix(): string {
    return this.#counts.prefix;
  }

  init(options: Options): void {
    this.#options = options;
    this.#prepare().catch(() => (this.#ready = undefined)); // the next request tries again
  }

  async increment(key: string) {
    return this.#ask(() => this.#counts.increment(key));
  }

  async decrement(key: string): Promise<void> {
    await this.#ask(() => this.#counts.decrement(key));
  }

  async resetKey(key: string): Promise<void> {
    await this.#ask(() => this.#counts.resetKey(key));
  }

  async #ask<T>(question: () => Promise<T>): Promise<T> {
    try {
      await this.#prepare();
      const answer = await question();
      this.#connection.succeeded();
      return answer;
    } catch {
      this.#ready = undefined; // the scripts may be gone, and the promises of them with an error
      throw new StoreUnavailableError();
    }
  }

  async #prepare(): Promise<void> {
    this.#ready ??= this.#counts.init(this.#options!);
    await this.#ready;
  }
}
