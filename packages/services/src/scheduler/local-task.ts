import { ConflictError, toError } from '@stagewire/errors';
import { endingOf, type ScheduledTask, type TaskOptions } from './scheduled-task.js';
import { TaskRun } from './task-run.js';
import type { TaskSettings } from './task-settings.js';
import { toErrorJson, toTaskState, type TaskState, type WorkerState } from './task-state.js';

/** The shortest pause between two runs, in milliseconds, so that others get their turn. */
const MIN_PAUSE = 1;

/** A task that each process runs for itself, without the database. */
export class LocalTask implements ScheduledTask {
  readonly scope = 'local';
  readonly done: Promise<void>;
  readonly #options: TaskOptions;
  readonly #ending: AbortSignal;
  #workerState: WorkerState | undefined;
  #run: TaskRun | undefined;
  #startsAt: number | undefined;
  #lastRunEndedAt: number | undefined;
  #lastRunErrorJson: string | undefined;
  #isTriggered = false;
  #wakeUp = new AbortController();

  /** Begins to run the task. */
  constructor(options: TaskOptions) {
    this.#options = options;
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

  async getState(): Promise<TaskState> {
    return toTaskState({
      isRunning: this.#run !== undefined,
      startedAt: this.#run?.startedAt,
      timesOutAt: this.#run?.timesOutAt,
      startsAt: this.#startsAt,
      lastRunEndedAt: this.#lastRunEndedAt,
      lastRunErrorJson: this.#lastRunErrorJson,
    });
  }

  async trigger(): Promise<void> {
    if (this.#run) throw new ConflictError(`Task ${this.id} is currently running`);
    this.#isTriggered = true;
    this.#wakeUp.abort();
  }

  async cancel(): Promise<void> {
    if (!this.#run) throw new ConflictError(`Task ${this.id} is not running`);
    this.#run.stop();
  }

  async #work(): Promise<void> {
    const { schedule, clock } = this.#options;
    const { cadence, initialDelay } = schedule;
    const isManual = cadence.next(clock.now()) === null;
    const wakeUp = () => this.#wakeUp.abort();
    this.#ending.addEventListener('abort', wakeUp);

    await this.#wait('initial-wait', isManual ? null : clock.now() + initialDelay);
    while (!this.#ending.aborted) {
      const startedAt = clock.now();
      await this.#runOnce();
      if (this.#ending.aborted) break;
      // From start to start where that is always the same, else to the next time from now.
      await this.#wait('idle', cadence.next(cadence.interval ? startedAt : clock.now()));
    }
    this.#ending.removeEventListener('abort', wakeUp);
    this.#workerState = undefined;
  }

  /** Waits until some time, a trigger, or the end; null is for ever. */
  async #wait(status: 'initial-wait' | 'idle', until: number | null): Promise<void> {
    const { clock, schedule } = this.#options;
    if (this.#ending.aborted || this.#isTriggered) return;
    if (status === 'initial-wait' && until !== null && schedule.initialDelay === 0) return;
    this.#workerState = { status: until === null ? 'idle' : status };
    this.#startsAt = until ?? undefined;
    this.#wakeUp = new AbortController();
    if (until === null) await aborted(this.#wakeUp.signal);
    else await clock.sleep(Math.max(MIN_PAUSE, until - clock.now()), this.#wakeUp.signal);
    this.#startsAt = undefined;
  }

  async #runOnce(): Promise<void> {
    const { id, fn, schedule, clock, logger, telemetry } = this.#options;
    const run = new TaskRun(clock, schedule.timeout);
    this.#run = run;
    this.#isTriggered = false;
    this.#workerState = { status: 'running' };
    this.#lastRunErrorJson = undefined;
    try {
      await telemetry.observe(this, () => run.execute(fn, this.#ending));
    } catch (error) {
      const failure = toError(error);
      logger.error(`Task ${id} failed`, failure);
      this.#lastRunErrorJson = toErrorJson(failure);
    } finally {
      this.#run = undefined;
      this.#lastRunEndedAt = clock.now();
    }
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}
