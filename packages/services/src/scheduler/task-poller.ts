import type { LoggerService } from '@stagewire/plugin-api';
import type { Clock } from './clock.js';
import { LeaseWatch } from './lease-watch.js';
import type { LostRuns } from './lost-runs.js';
import { isReadable } from './task-settings.js';
import type { StoredTask, TaskTable } from './task-table.js';

/** How often the database is asked, in milliseconds: at most, and at least. */
const MIN_INTERVAL = 100;
const MAX_INTERVAL = 5_000;
/** How long it is left alone after it has failed, in milliseconds. */
const RETRY_INTERVAL = 1_000;

type Waiting = {
  interval: number;
  resolve(task: StoredTask | undefined): void;
};

/**
 * Asks the database for all waiting tasks of a plugin at once.
 *
 * @remarks
 * It asks when a task begins to wait, and then every 5 seconds, or as often as the quickest of the
 * waiting tasks runs. It rests while no task waits.
 */
export class TaskPoller {
  readonly #table: TaskTable;
  readonly #lostRuns: LostRuns;
  readonly #logger: LoggerService;
  readonly #clock: Clock;
  readonly #stopped: AbortSignal;
  readonly #leases = new LeaseWatch();
  readonly #waiting = new Map<string, Set<Waiting>>();
  #polling: Promise<void> | undefined;
  #wakeUp = new AbortController();

  constructor(options: {
    table: TaskTable;
    lostRuns: LostRuns;
    logger: LoggerService;
    clock: Clock;
    stopped: AbortSignal;
  }) {
    this.#table = options.table;
    this.#lostRuns = options.lostRuns;
    this.#logger = options.logger;
    this.#clock = options.clock;
    this.#stopped = options.stopped;
    this.#stopped.addEventListener('abort', () => this.#wakeUp.abort(), { once: true });
  }

  /** Settles when nothing is asked any more. */
  get done(): Promise<void> {
    return this.#polling ?? Promise.resolve();
  }

  /**
   * Waits until a task is to run and nobody runs it.
   *
   * @param interval - the time from start to start, in milliseconds, where that is always the same
   * @param signal - ends the wait early
   * @returns the task; undefined when it is gone from the database, or when the wait ended early
   */
  async waitUntilReady(
    id: string,
    interval: number | undefined,
    signal: AbortSignal,
  ): Promise<StoredTask | undefined> {
    if (signal.aborted) return undefined;
    return new Promise((resolve) => {
      const end = (task?: StoredTask) => {
        signal.removeEventListener('abort', onAbort);
        this.#remove(id, waiting);
        resolve(task);
      };
      const onAbort = () => end();
      const waiting = { interval: interval ?? MAX_INTERVAL, resolve: end };
      signal.addEventListener('abort', onAbort);
      this.#add(id, waiting);
      this.wake();
    });
  }

  /** Asks soon: something has changed. */
  wake(): void {
    this.#wakeUp.abort();
    if (this.#waiting.size > 0) this.#polling ??= this.#poll();
  }

  async #poll(): Promise<void> {
    while (this.#waiting.size > 0 && !this.#stopped.aborted) {
      this.#wakeUp = new AbortController();
      const pause = await this.#ask();
      await this.#clock.sleep(MIN_INTERVAL, this.#stopped);
      await this.#clock.sleep(pause - MIN_INTERVAL, this.#wakeUp.signal);
    }
    // At once, and not when this promise settles: a task that begins to wait in between would wait
    // for ever.
    this.#polling = undefined;
  }

  /** Asks once, and returns after how long to ask again. */
  async #ask(): Promise<number> {
    try {
      const ids = [...this.#waiting.keys()];
      const tasks = new Map((await this.#table.find(ids)).map((task) => [task.id, task]));
      const now = await this.#table.now();
      for (const id of ids) await this.#tell(id, tasks.get(id), now);
      this.#leases.keep(new Set(Array.from(tasks.values(), ({ ticket }) => ticket ?? '')));
    } catch (error) {
      this.#logger.warn(`Could not look for tasks that are to run, ${error}`);
      return RETRY_INTERVAL;
    }
    const intervals = [...this.#waiting.values()].flatMap((all) => [...all]);
    return intervals.reduce(
      (shortest, { interval }) => Math.max(MIN_INTERVAL, Math.min(shortest, interval)),
      MAX_INTERVAL,
    );
  }

  async #tell(id: string, task: StoredTask | undefined, now: number): Promise<void> {
    const isThere = task !== undefined && isReadable(task.settingsJson);
    const isReady = isThere && (await this.#isReady(task, now));
    if (isThere && !isReady) return;
    for (const waiting of this.#waiting.get(id) ?? []) waiting.resolve(isReady ? task : undefined);
  }

  async #isReady({ id, ticket, beat, nextRunAt }: StoredTask, now: number): Promise<boolean> {
    if (ticket !== undefined) {
      const isDead = beat !== undefined && this.#leases.look(ticket, beat, this.#clock.now());
      if (!isDead || !(await this.#lostRuns.takeAway(id, ticket))) return false;
    }
    return nextRunAt !== undefined && nextRunAt <= now;
  }

  #add(id: string, waiting: Waiting): void {
    const others = this.#waiting.get(id);
    if (others) others.add(waiting);
    else this.#waiting.set(id, new Set([waiting]));
  }

  #remove(id: string, waiting: Waiting): void {
    const all = this.#waiting.get(id);
    all?.delete(waiting);
    if (all?.size === 0) this.#waiting.delete(id);
  }
}
