import { EventEmitter, once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { clearTimeout, setTimeout } from 'node:timers';
import type { LoggerService } from '@stagewire/plugin-api';
import { Outage } from './outage.js';
import { StoreRefusal, type StoreClient, type StoreServer } from './store-client.js';
import { withTimeLimit } from './time-limit.js';

/** How long a caller waits in all, in milliseconds. */
const CALL_LIMIT = 750;
/** How long a caller waits for a connection that is being made, in milliseconds. */
const WAIT_FOR_CONNECTION = 400;
/** How long a connection may take to be made, in milliseconds. */
const CONNECT_LIMIT = 2_000;
/** How many calls may be under way; beyond that, a server is slower than what is asked of it. */
const MAX_UNDER_WAY = 10_000;

/**
 * One connection to one server, for all plugins. While the server cannot be used, what is asked
 * finds nothing and what is written is not kept, without delay.
 *
 * @remarks
 * ```
 *   unused ──first call──► connecting ──answer──► connected ──error, silence──┐
 *                              │  ▲                    ▲                      ▼
 *                              │  └───first call       └──answer── probe ◄── down
 *                              └──error, silence───────────────────────────►  │▲
 *                                                              error, silence └┘
 * ```
 * No call rejects, and none takes a second. A client that fails once is thrown away with all that
 * waits in it; the next probe makes another.
 */
export class StoreConnection {
  readonly #server: StoreServer;
  readonly #logger: LoggerService;
  /** Connected. */
  #client: StoreClient | undefined;
  #connecting: { client?: StoreClient; done: Promise<StoreClient | undefined> } | undefined;
  #outage: Outage | undefined;
  #probe: NodeJS.Timeout | undefined;
  #underWay = 0;
  #hasToldRefusal = false;
  #closed = false;

  /** @param logger - told when the server goes, and when it is back */
  constructor(server: StoreServer, logger: LoggerService) {
    this.#server = server;
    this.#logger = logger;
  }

  get(key: string): Promise<string | undefined> {
    return this.#call((client) => client.get(key));
  }

  async set(key: string, value: string, ttl: number | undefined): Promise<void> {
    await this.#call(async (client) => {
      try {
        await client.set(key, value, ttl);
      } catch (error) {
        // What is there is out of date, and must not be read as if it were not.
        if (error instanceof StoreRefusal) await client.delete(key);
        throw error;
      }
    });
  }

  async delete(key: string): Promise<void> {
    await this.#call((client) => client.delete(key));
  }

  /** Ends the connection; a second call does nothing. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#probe);
    this.#connecting?.client?.close();
    this.#client?.close();
    this.#client = undefined;
  }

  /** Never rejects because of the server; gives undefined instead. */
  async #call<T>(work: (client: StoreClient) => Promise<T>): Promise<T | undefined> {
    if (this.#closed || this.#outage || this.#underWay >= MAX_UNDER_WAY) return undefined;
    this.#underWay += 1;
    try {
      const waited = performance.now();
      const client = this.#client ?? (await this.#waitForConnection());
      if (!client) return undefined;
      // A driver that loads slowly is no reason to give the server less than it may need.
      const left = Math.max(CALL_LIMIT - (performance.now() - waited), CALL_LIMIT / 2);
      return await this.#ask(client, work, left);
    } finally {
      this.#underWay -= 1;
    }
  }

  async #ask<T>(
    client: StoreClient,
    work: (client: StoreClient) => Promise<T>,
    limit: number,
  ): Promise<T | undefined> {
    try {
      return await withTimeLimit(work(client), limit, () => {
        throw new Error(`no answer for ${Math.round(limit)} ms`);
      });
    } catch (error) {
      if (error instanceof StoreRefusal) this.#tellRefusal(error);
      else this.#lose(client, error);
      return undefined;
    }
  }

  async #waitForConnection(): Promise<StoreClient | undefined> {
    await this.#server.load();
    return withTimeLimit(this.#connect(), WAIT_FOR_CONNECTION, () => undefined);
  }

  /** Callers share one attempt. */
  #connect(): Promise<StoreClient | undefined> {
    if (this.#closed) return Promise.resolve(undefined);
    if (this.#client) return Promise.resolve(this.#client);
    if (this.#connecting) return this.#connecting.done;
    const attempt: { client?: StoreClient; done: Promise<StoreClient | undefined> } = {
      done: this.#open((client) => (attempt.client = client)).finally(() => {
        this.#connecting = undefined;
      }),
    };
    this.#connecting = attempt;
    return attempt.done;
  }

  async #open(onClient: (client: StoreClient) => void): Promise<StoreClient | undefined> {
    const createClient = await this.#server.load();
    const broken = new EventEmitter();
    const lost = once(broken, 'lost').then(([cause]) => Promise.reject(cause));
    const client = createClient((cause) => {
      broken.emit('lost', cause);
      this.#lose(client, cause);
    });
    onClient(client);
    try {
      const connected = Promise.race([client.connect(), lost]);
      const onLate = () => {
        throw new Error(`no answer for ${CONNECT_LIMIT} ms`);
      };
      await withTimeLimit(connected, CONNECT_LIMIT, onLate, { holdsProcess: false });
    } catch (error) {
      client.close();
      this.#goDown('connect', error);
      return undefined;
    }
    if (this.#closed) client.close();
    else this.#comeUp(client);
    return this.#client;
  }

  /** A client that was replaced may tell what it likes. */
  #lose(client: StoreClient, cause: unknown): void {
    if (client !== this.#client) return;
    this.#client = undefined;
    client.close();
    this.#goDown('use', cause);
  }

  #goDown(when: 'connect' | 'use', cause: unknown): void {
    if (this.#closed) return;
    this.#outage ??= new Outage(this.#server, this.#logger);
    this.#outage.tell(when, cause);
    this.#probe = setTimeout(() => void this.#connect(), this.#outage.nextDelay()).unref();
  }

  #comeUp(client: StoreClient): void {
    this.#client = client;
    this.#outage?.tellEnd();
    this.#outage = undefined;
  }

  #tellRefusal({ message }: StoreRefusal): void {
    const { store, address } = this.#server;
    const text = `The ${store} cache at ${address} refuses an entry, which is not kept, ${message}`;
    if (this.#hasToldRefusal) this.#logger.debug(text);
    else this.#logger.warn(text);
    this.#hasToldRefusal = true;
  }
}
