import { randomUUID } from 'node:crypto';
import { ConflictError, NotFoundError, toError } from '@stagewire/errors';
import { endingOf, type ScheduledTask, type TaskOptions } from './scheduled-task.js';
import type { TaskPoller } from './task-poller.js';
import { TaskRun } from './task-run.js';
import { parseSchedule, type TaskSchedule, type TaskSettings } from './task-settings.js';
import { toErrorJson, toTaskState, type TaskState, type WorkerState } from './task-state.js';
import type { StoredTask, TaskTable } from './task-table.js';

/** How often a run shows that it goes on, and asks whether it may, in milliseconds. */
const RENEW_INTERVAL = 5_000;
/** How long a task rests after something around it has failed, in milliseconds. */
const RETRY_INTERVAL = 1_000;

/** A task that all processes of a plugin's database run together, one of them at a time. */
export class GlobalTask implements ScheduledTask {
  readonly scope = 'global';
  readonly done: Promise<void>;
  readonly #options: TaskOptions;
  readonly #table: TaskTable;
  readonly #poller: TaskPoller;
  readonly #ending: AbortSignal;
  #workerState: WorkerState | undefined;
  #running: { run: TaskRun; ticket: string } | undefined;

  /** Begins to run the task, which has to be in the database. */
  constructor(options: TaskOptions, shared: { table: TaskTable; poller: TaskPoller }) {
    this.#options = options;
    this.#table = shared.table;
    this.#poller = shared.poller;
    this.#ending = endingOf(options);
    this.done = this.#work();
  }

  get id(): string {
    return this.#options.id;
  }

  get settings(): TaskSettings {
    return this.#options.schedule.settings;
  }

  get workerState(): WorkerState | undefined {
    return this.#workerState;
  }

  async getState(): Promise<TaskState | undefined> {
    const [task] = await this.#table.find([this.id]);
    if (!task) return undefined;
    const isRunning = task.ticket !== undefined;
    return toTaskState({
      ...task,
      isRunning,
      timesOutAt: task.expiresAt,
      startsAt: task.nextRunAt,
    });
  }

  async trigger(): Promise<void> {
    await triggerGlobalTask(this.#table, this.id);
    this.#poller.wake();
  }

  async cancel(): Promise<void> {
    await cancelGlobalTask(this.#table, this.id);
    // When it runs here, it need not wait until it notices.
    if (this.#running) await this.#renewOnce(this.#running);
  }

  async #work(): Promise<void> {
    const { clock, logger, schedule } = this.#options;
    if (schedule.initialDelay > 0) {
      this.#workerState = { status: 'initial-wait' };
      await clock.sleep(schedule.initialDelay, this.#ending);
    }
    let goesOn = true;
    while (goesOn && !this.#ending.aborted) {
      this.#workerState = { status: 'idle' };
      try {
        goesOn = await this.#runNext();
      } catch (error) {
        logger.warn(`Task ${this.id} could not be looked after, ${error}`);
        await clock.sleep(RETRY_INTERVAL, this.#ending);
      }
    }
    this.#workerState = undefined;
    if (!goesOn) logger.info(`Task ${this.id} is not in the database any more, it ends here`);
  }

  /** Waits for the next run, and does it; false when the task is gone. */
  async #runNext(): Promise<boolean> {
    const { interval } = this.#options.schedule.cadence;
    const task = await this.#poller.waitUntilReady(this.id, interval, this.#ending);
    if (this.#ending.aborted) return true;
    // As it is in the database: another process may have scheduled it anew.
    const schedule = task && (await parseSchedule(task.settingsJson));
    if (!schedule) return false;

    const now = await this.#table.now();
    const ticket = randomUUID();
    if (await this.#table.claim({ id: this.id, ticket, now, timeout: schedule.timeout })) {
      await this.#run(task, schedule, ticket);
    }
    return true;
  }

  async #run(task: StoredTask, schedule: TaskSchedule, ticket: string): Promise<void> {
    const { fn, clock, logger, telemetry, stopped } = this.#options;
    const run = new TaskRun(clock, schedule.timeout);
    this.#running = { run, ticket };
    this.#workerState = { status: 'running' };
    const renewing = this.#renew(this.#running);
    let failure: Error | undefined;
    let isInterrupted = false;
    try {
      await telemetry.observe(this, () => run.execute(fn, this.#ending));
    } catch (error) {
      failure = toError(error);
      logger.error(`Task ${this.id} failed`, failure);
    } finally {
      this.#running = undefined;
      isInterrupted = stopped.aborted;
    }
    await renewing;
    const endedAt = await this.#table.now();
    const { nextRunAt = endedAt } = task;
    const isReleased = await this.#table.release(this.id, ticket, {
      endedAt,
      // What a shutdown broke off is still to be done: it stays due, and runs after a restart.
      nextRunAt: isInterrupted ? undefined : schedule.cadence.afterRun(nextRunAt, endedAt),
      errorJson: toErrorJson(
        isInterrupted ? new Error('Task was interrupted by shutdown') : failure,
      ),
    });
    if (!isReleased) {
      logger.warn(
        `Task ${this.id} was taken from this process while it ran, its result is dropped`,
      );
    }
  }

  async #renew(running: { run: TaskRun; ticket: string }): Promise<void> {
    const { over } = running.run;
    for (;;) {
      await this.#options.clock.sleep(RENEW_INTERVAL, over);
      if (over.aborted) return;
      await this.#renewOnce(running);
    }
  }

  async #renewOnce({ run, ticket }: { run: TaskRun; ticket: string }): Promise<void> {
    try {
      if (!(await this.#table.renew(this.id, ticket))) run.stop();
    } catch (error) {
      this.#options.logger.warn(`Task ${this.id} could not show that it goes on, ${error}`);
    }
  }
}

/** Has a task run now, wherever it is. */
export async function triggerGlobalTask(table: TaskTable, id: string): Promise<void> {
  if (await table.trigger(id, await table.now())) return;
  const [task] = await table.find([id]);
  if (!task) throw new NotFoundError(`Task ${id} does not exist`);
  throw new ConflictError(`Task ${id} is currently running`);
}

/** Takes a task from whoever runs it, which then stops. */
export async function cancelGlobalTask(table: TaskTable, id: string): Promise<void> {
  const [task] = await table.find([id]);
  if (!task) throw new NotFoundError(`Task ${id} does not exist`);
  const schedule = await parseSchedule(task.settingsJson);
  const now = await table.now();
  const isCancelled =
    task.ticket !== undefined &&
    (await table.release(id, task.ticket, {
      endedAt: now,
      nextRunAt: schedule?.cadence.afterRun(task.nextRunAt ?? now, now),
      errorJson: toErrorJson(new Error('Task was cancelled')),
    }));
  if (!isCancelled) throw new ConflictError(`Task ${id} is not running`);
}
