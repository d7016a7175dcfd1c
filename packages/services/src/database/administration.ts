import { setTimeout as wait } from 'node:timers/promises';
import type { Knex } from 'knex';

const ATTEMPTS = 3;
/** Between two attempts, in milliseconds. */
const PAUSE = 100;
/** What has failed after this time, in milliseconds, is not tried again: it would take as long. */
const PATIENCE = 5_000;

/** What is done on a server for one plugin. */
export type AdminWork<TResult> = {
  /** Names server, database and user: who gives the same key shares the connection. */
  key: string;
  /** Makes a client for at most one connection; called when there is none for that key. */
  connect: () => Knex;
  work: (client: Knex) => Promise<TResult>;
  /** Tells that another attempt would fail in the same way. */
  isFinal: (error: unknown) => boolean;
};

/**
 * Makes databases and schemas on the servers of a backend: one connection for each server, and one
 * thing at a time on each, however many plugins start.
 */
export class Administration {
  readonly #clients = new Map<string, Knex>();
  readonly #queues = new Map<string, Promise<unknown>>();
  readonly #shared = new Map<string, Promise<unknown>>();
  readonly #closers: Array<() => unknown> = [];
  #closed = false;

  /**
   * Does something when all before it with the same key is done; tries it up to three times, as long
   * as this is not closed.
   */
  async run<TResult>(task: AdminWork<TResult>): Promise<TResult> {
    const before = this.#queues.get(task.key);
    const running = Promise.resolve(before).then(() => this.#attempt(task));
    this.#queues.set(
      task.key,
      running.catch(() => {}),
    );
    return running;
  }

  /**
   * Makes something once for all plugins that give the same key. A failure is not kept: who asks
   * next tries again.
   */
  share<TResult>(key: string, make: () => Promise<TResult>): Promise<TResult> {
    const present = this.#shared.get(key) as Promise<TResult> | undefined;
    if (present) return present;
    const made = make().catch((error: unknown) => {
      this.#shared.delete(key);
      throw error;
    });
    this.#shared.set(key, made);
    return made;
  }

  /** Adds what is to be closed after all databases. */
  onClose(close: () => unknown): void {
    this.#closers.push(close);
  }

  /** Closes all connections to servers, and what else was to be closed. Never rejects. */
  async close(): Promise<void> {
    this.#closed = true;
    const clients = [...this.#clients.values()];
    const closers = this.#closers.splice(0);
    this.#clients.clear();
    await Promise.allSettled([
      ...clients.map((client) => client.destroy()),
      ...closers.map(async (close) => close()),
    ]);
  }

  async #attempt<TResult>({ key, connect, work, isFinal }: AdminWork<TResult>): Promise<TResult> {
    const end = Date.now() + PATIENCE;
    for (let attempt = 1; ; attempt++) {
      try {
        return await work(this.#getClient(key, connect));
      } catch (error) {
        const isOver = this.#closed || attempt === ATTEMPTS || Date.now() > end;
        if (isOver || isFinal(error)) throw error;
      }
      await wait(PAUSE);
    }
  }

  #getClient(key: string, connect: () => Knex): Knex {
    let client = this.#clients.get(key);
    if (!client) {
      client = connect();
      this.#clients.set(key, client);
    }
    return client;
  }
}
