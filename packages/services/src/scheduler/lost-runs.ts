import type { LoggerService } from '@stagewire/plugin-api';
import type { Clock } from './clock.js';
import { toErrorJson } from './task-state.js';
import type { TaskTable } from './task-table.js';

/** How often expired runs are looked for, in milliseconds. */
const INTERVAL = 60_000;

/** Frees tasks whose run does not end any more, so that they can run again. */
export class LostRuns {
  readonly #table: TaskTable;
  readonly #logger: LoggerService;
  readonly #clock: Clock;

  constructor(options: { table: TaskTable; logger: LoggerService; clock: Clock }) {
    this.#table = options.table;
    this.#logger = options.logger;
    this.#clock = options.clock;
  }

  /** Takes a task away from a process that shows no sign of life; false when it has ended itself. */
  async takeAway(id: string, ticket: string): Promise<boolean> {
    const isFreed = await this.#free(id, ticket, 'Task was lost with the process that ran it');
    if (isFreed) {
      this.#logger.warn(`Task was lost, the process that ran it shows no sign of life: ${id}`);
    }
    return isFreed;
  }

  /** Frees what has expired, every minute until the signal aborts. */
  async watchExpired(signal: AbortSignal): Promise<void> {
    for (;;) {
      await this.#clock.sleep(INTERVAL, signal);
      if (signal.aborted) return;
      try {
        await this.freeExpired();
      } catch (error) {
        this.#logger.warn(`Could not look for tasks that have timed out, ${error}`);
      }
    }
  }

  /** Frees what has expired, once. */
  async freeExpired(): Promise<void> {
    for (const { id, ticket } of await this.#table.findExpired(await this.#table.now())) {
      const isFreed = await this.#free(id, ticket, 'Task timed out');
      if (isFreed) this.#logger.warn(`Task timed out and was lost: ${id}`);
    }
    await this.#table.removeOrphanedLeases();
  }

  async #free(id: string, ticket: string, reason: string): Promise<boolean> {
    return this.#table.release(id, ticket, {
      endedAt: await this.#table.now(),
      // As it was planned, and so at once.
      nextRunAt: undefined,
      errorJson: toErrorJson(new Error(reason)),
    });
  }
}
