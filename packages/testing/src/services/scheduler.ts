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
import { defineFake } from '../fake.js';
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

/** A scheduler without a clock. @public */
export interface FakeScheduler extends SchedulerService {
  /** Runs a task, and waits for it; rejects with what it throws. */
  triggerTask(id: string): Promise<void>;

  /** Runs all tasks that run when a plugin starts, and waits for them; failures are logged. */
  start(): Promise<void>;
}

/**
 * `core.scheduler` that knows no time: in a backend, tasks run once when their plugin has started;
 * apart from that, when the test triggers them.
 *
 * @remarks
 * Schedules are read as the real one does, and timeouts ignored. Tasks that are scheduled after the
 * start wait to be triggered. There is no database, and no HTTP route.
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
});

type Task = {
  fn: SchedulerServiceTaskFunction;
  schedule: TaskSchedule;
  scope: 'global' | 'local';
  signal: AbortSignal | undefined;
  /** Ends the present run; undefined between runs. */
  run: AbortController | undefined;
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
    this.#tasks.set(id, { fn, schedule, scope, signal, run: undefined });
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
    await Promise.all(
      due.map(([id]) =>
        this.triggerTask(id).catch((error: unknown) =>
          this.#options.logger.error(`Task ${id} failed`, toError(error)),
        ),
      ),
    );
  }

  /** Ends what runs. */
  stop(): void {
    for (const { run } of this.#tasks.values()) run?.abort();
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
