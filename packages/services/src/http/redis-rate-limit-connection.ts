import type { LoggerService } from '@stagewire/plugin-api';
import type { RedisReply } from 'rate-limit-redis';
import { httpErrors } from './errors.js';
import { StoreUnavailableError } from './rate-limit-stores.js';

/** How long a request waits for Redis, and the start for a connection, in milliseconds. */
const TIMEOUT = 1000;
/** How long Redis is left alone when it did not answer, in milliseconds. */
const REST = 1000;
/** The longest time between two attempts to connect, in milliseconds. */
const MAX_RECONNECT_DELAY = 1000;
/** How many commands may wait for answers; each request needs one. */
const MAX_WAITING_COMMANDS = 10_000;

type Client = {
  readonly isReady: boolean;
  connect(): Promise<unknown>;
  destroy(): void;
  unref(): void;
  sendCommand(command: string[]): Promise<unknown>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'ready', listener: () => void): unknown;
};

/**
 * The connection to the Redis server of `backend.rateLimit.store`. It comes back by itself, and
 * never lets anybody wait for long.
 */
export class RedisConnection {
  readonly #client: Client;
  readonly #logger: LoggerService;
  #available = true;
  /** Until when nobody asks, in milliseconds since the epoch. */
  #restUntil = 0;
  #closed = false;

  /** @throws `E_RATE_LIMIT_STORE` when the URL is none of a Redis server */
  static async open(url: string | undefined, logger: LoggerService): Promise<RedisConnection> {
    const { createClient } = await import('@redis/client');
    let client;
    try {
      if (url === undefined) throw new TypeError('there is none');
      client = createClient({
        url,
        // A request that comes while there is no connection is told so at once.
        disableOfflineQueue: true,
        commandsQueueMaxLength: MAX_WAITING_COMMANDS,
        socket: {
          connectTimeout: TIMEOUT,
          reconnectStrategy: (retries) => Math.min(50 * 2 ** retries, MAX_RECONNECT_DELAY),
        },
      });
    } catch {
      // Without the cause: it quotes the URL, which may hold a password.
      throw httpErrors.rateLimitStore(
        'backend.rateLimit.store.connection is not the URL of a Redis server',
      );
    }
    const connection = new RedisConnection(client as unknown as Client, logger);
    await connection.#connect();
    return connection;
  }

  private constructor(client: Client, logger: LoggerService) {
    this.#client = client;
    this.#logger = logger;
    client.on('error', (error) => this.#fail(error));
    client.on('ready', () => this.#recover());
  }

  /** Sends a command; rejects with a {@link StoreUnavailableError} when it cannot be answered soon. */
  async send(command: string[]): Promise<RedisReply> {
    if (!this.#client.isReady || Date.now() < this.#restUntil) throw new StoreUnavailableError();
    try {
      return (await withinTimeout(this.#client.sendCommand(command))) as RedisReply;
    } catch (error) {
      // Redis is there, and does not know the script any more: whoever sent it knows what to do.
      if (error instanceof Error && error.message.startsWith('NOSCRIPT')) throw error;
      this.#restUntil = Date.now() + REST;
      this.#fail(error);
      throw new StoreUnavailableError();
    }
  }

  /** Closes the connection. A second call does nothing. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#client.destroy();
  }

  /** Waits for the first connection, but not for long: a backend starts without Redis too. */
  async #connect(): Promise<void> {
    const connected = this.#client.connect();
    // Later attempts go on behind this; what fails for good has been told by its event.
    connected.catch((error: unknown) => this.#fail(error));
    await withinTimeout(connected).catch((error: unknown) => this.#fail(error));
    // A connection that somebody forgets to close keeps no process alive.
    this.#client.unref();
  }

  #fail(error: unknown): void {
    if (!this.#available || this.#closed) return;
    this.#available = false;
    const reason = httpErrors.rateLimitStoreUnavailable(toReason(error));
    this.#logger.error('The Redis server of backend.rateLimit.store fails', reason);
  }

  #recover(): void {
    this.#restUntil = 0;
    if (this.#available) return;
    this.#available = true;
    this.#logger.info('The Redis server of backend.rateLimit.store is back');
  }

  /** Tells that a command was answered, by a server that hung and never closed its connection. */
  succeeded(): void {
    this.#recover();
  }
}

async function withinTimeout<T>(promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const giveUp = () => reject(new Error(`no answer within ${TIMEOUT} ms`));
    // When it is the process that was held up, the answer is there already and is read before this.
    timer = setTimeout(() => setImmediate(giveUp), TIMEOUT);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** What went wrong, without what the error may quote of the connection. */
function toReason(error: unknown): string {
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (typeof message === 'string' && message !== '') return message;
  return typeof code === 'string' ? code : 'unknown error';
}
