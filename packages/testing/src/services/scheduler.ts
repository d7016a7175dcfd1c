import { ConflictError, NotFoundError, toError } from '@stagewire/errors';
import {
  coreServices,
  createServiceFactory,
  type LoggerService,
  type SchedulerService,
  type SchedulerServiceTaskDescriptor,
  type SchedulerServiceTaskFunction,
  type SchedulerServiceTaskInvocationDefinition,
  type SchedulerServiceTaskRunner,
  type SchedulerServiceTaskScheduleDefinition,
} from '@stagewire/plugin-api';
import { readSchedule, schedulerErrors, type TaskSchedule } from '@stagewire/services/scheduler';
import { isTimeFake } from '../clock/fake-clock.js';
import { defineFake } from '../fake.js';
import { mockFunction } from '../mock-function.js';
import { fakeLogger } from './logger.js';

/** Which tasks run when the plugin starts. @public */
export type FakeSchedulerOptions = {
  /** Told of tasks that fail at the start. `@default` a fake one, or that of the plugin */
  logger?: LoggerService;
  /** None of them. `@default` false */
  skipTaskRunOnStartup?: boolean;
  /** Those that only run when they are triggered, too. `@default` false */
  includeManualTasksOnStartup?: boolean;
  /** Those with an initial delay, too, without that delay. `@default` false */
  includeInitialDelayedTasksOnStartup?: boolean;
};

/** A scheduler whose tasks run by the `fakeClock` only, and when they are triggered. @public */
export interface FakeScheduler extends SchedulerService {
  /** Runs a task, and waits for it; rejects with what it throws. */
  triggerTask(id: string): Promise<void>;

  /** Runs all tasks that run when a plugin starts, and waits for them; failures are logged. */
  start(): Promise<void>;
}

/**
 * `core.scheduler` that knows no time but that of a `fakeClock`: in a backend, tasks run once when
 * their plugin has started; apart from that, when the test triggers them or moves time.
 *
 * @remarks
 * Schedules are read as the real one does, and timeouts ignored. With a `fakeClock` that was there
 * when a task was scheduled, the task runs first after its initial delay, or else one interval later or
 * at the next time of its crontab. Without one, it waits to be triggered. There is no database, and no
 * HTTP route.
 */
export const fakeScheduler = defineFake({
  service: coreServices.scheduler,
  create: (options: FakeSchedulerOptions = {}): FakeScheduler =>
    new ManualScheduler({ logger: fakeLogger(), ...options }),
  factory: (options) =>
    createServiceFactory({
      service: coreServices.scheduler,
      deps: { lifecycle: coreServices.lifecycle, logger: coreServices.logger },
      factory({ lifecycle, logger }) {
        const scheduler = new ManualScheduler({ logger, ...options });
        lifecycle.addStartupHook(() => scheduler.start());
        lifecycle.addShutdownHook(() => scheduler.stop());
        return scheduler;
      },
    }),
  mock: () => ({
    triggerTask: mockFunction(),
    cancelTask: mockFunction(),
    scheduleTask: mockFunction(),
    createScheduledTaskRunner: mockFunction(),
    getScheduledTasks: mockFunction(),
  }),
});

type Task = {
  fn: SchedulerServiceTaskFunction;
  schedule: TaskSchedule;
  scope: 'global' | 'local';
  signal: AbortSignal | undefined;
  /** Ends the present run; undefined between runs. */
  run: AbortController | undefined;
  /** For the next run by a fake clock. */
  timer: NodeJS.Timeout | undefined;
};

class ManualScheduler implements FakeScheduler {
  readonly #options: FakeSchedulerOptions & { logger: LoggerService };
  readonly #tasks = new Map<string, Task>();

  constructor(options: FakeSchedulerOptions & { logger: LoggerService }) {
    this.#options = options;
  }

  async scheduleTask(
    task: SchedulerServiceTaskScheduleDefinition & SchedulerServiceTaskInvocationDefinition,
  ): Promise<void> {
    const { id, fn, signal, scope = 'global' } = task;
    if (typeof id !== 'string' || id.trim() === '') throw schedulerErrors.invalidId(id);
    const schedule = await readSchedule(task);
    clearTimeout(this.#tasks.get(id)?.timer);
    this.#tasks.set(id, { fn, schedule, scope, signal, run: undefined, timer: undefined });
    if (isTimeFake()) this.#planFirst(id);
  }

  createScheduledTaskRunner(
    schedule: SchedulerServiceTaskScheduleDefinition,
  ): SchedulerServiceTaskRunner {
    return { run: (task) => this.scheduleTask({ ...task, ...schedule }) };
  }

  async triggerTask(id: string): Promise<void> {
    const task = this.#find(id);
    if (task.run) throw new ConflictError(`Task ${id} is currently running`);
    if (task.signal?.aborted) return; // the plugin has ended it
    const run = new AbortController();
    task.run = run;
    const { signal } = run;
    try {
      await task.fn(task.signal ? AbortSignal.any([signal, task.signal]) : signal);
    } finally {
      task.run = undefined;
    }
  }

  async cancelTask(id: string): Promise<void> {
    const { run } = this.#find(id);
    if (!run) throw new ConflictError(`Task ${id} is not running`);
    run.abort();
  }

  async getScheduledTasks(): Promise<SchedulerServiceTaskDescriptor[]> {
    return [...this.#tasks].map(([id, { scope, schedule }]) => ({
      id,
      scope,
      settings: schedule.settings,
    }));
  }

  async start(): Promise<void> {
    if (this.#options.skipTaskRunOnStartup) return;
    const due = [...this.#tasks].filter(([, { schedule }]) => this.#runsAtStart(schedule));
    await Promise.all(due.map(([id]) => this.#runByItself(id)));
  }

  /** Ends what runs, and runs nothing more by itself. */
  stop(): void {
    for (const { run, timer } of this.#tasks.values()) {
      clearTimeout(timer);
      run?.abort();
    }
  }

  async #runByItself(id: string): Promise<void> {
    try {
      await this.triggerTask(id);
    } catch (error) {
      this.#options.logger.error(`Task ${id} failed`, toError(error));
    }
  }

  #planFirst(id: string): void {
    const { cadence, hasInitialDelay, initialDelay } = this.#find(id).schedule;
    const now = Date.now();
    const next = cadence.next(now); // null for a task that is only ever triggered
    if (next !== null) this.#plan(id, hasInitialDelay ? now + initialDelay : next);
  }

  /** From start to start; a task that still runs is left out. */
  #plan(id: string, due: number): void {
    const task = this.#find(id);
    const run = () => {
      if (task.signal?.aborted) return;
      const next = task.schedule.cadence.next(due);
      if (next !== null) this.#plan(id, next);
      if (!task.run) void this.#runByItself(id);
    };
    task.timer = setTimeout(run, due - Date.now()).unref();
  }

  #runsAtStart({ settings, hasInitialDelay }: TaskSchedule): boolean {
    const { includeManualTasksOnStartup, includeInitialDelayedTasksOnStartup } = this.#options;
    if (settings.cadence === 'manual' && !includeManualTasksOnStartup) return false;
    return !hasInitialDelay || includeInitialDelayedTasksOnStartup === true;
  }

  #find(id: string): Task {
    const task = this.#tasks.get(id);
    if (!task) throw new NotFoundError(`Task ${id} does not exist`);
    return task;
  }
}
