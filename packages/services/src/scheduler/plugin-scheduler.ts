import { setMaxListeners } from 'node:events';
import { toError } from '@stagewire/errors';
import type {
  DatabaseService,
  LoggerService,
  RootLifecycleService,
  SchedulerService,
  SchedulerServiceTaskDescriptor,
  SchedulerServiceTaskInvocationDefinition,
  SchedulerServiceTaskRunner,
  SchedulerServiceTaskScheduleDefinition,
} from '@stagewire/plugin-api';
import type { MetricsService } from '@stagewire/plugin-api/alpha';
import type { PluginSuccession } from '@stagewire/plugin-api/internal';
import { systemClock, type Clock } from './clock.js';
import { DatabaseClock, type ReadDatabaseTime } from './database-clock.js';
import { schedulerErrors } from './errors.js';
import { cancelGlobalTask, GlobalTask, triggerGlobalTask } from './global-task.js';
import { LocalTask } from './local-task.js';
import { LostRuns } from './lost-runs.js';
import type { ScheduledTask, TaskOptions } from './scheduled-task.js';
import { TaskPoller } from './task-poller.js';
import { readSchedule } from './task-settings.js';
import { TaskTable } from './task-table.js';
import { TaskTelemetry } from './task-telemetry.js';

/** How long a stopping backend waits for tasks that run, in milliseconds. */
const STOP_TIMEOUT = 10_000;

/** What a scheduler is made of. */
export type PluginSchedulerOptions = {
  /** Where global tasks are kept; opened by the first of them. */
  database: DatabaseService;
  logger: LoggerService;
  /** Tasks stop before its plugins do, as long as their databases and routes are there. */
  rootLifecycle: Pick<RootLifecycleService, 'addBeforeShutdownHook'>;
  metrics: MetricsService;
  /** Tasks of a later version of a plugin begin when those of the earlier one have ended. */
  succession?: Pick<PluginSuccession, 'joinsRunning' | 'onServing'>;
  /** @defaultValue the machine's own */
  clock?: Clock;
  /** Asks for the time that processes with the same database share; `@defaultValue` asks it. */
  readDatabaseTime?: ReadDatabaseTime;
  /** Looks for tasks that have timed out; `@defaultValue` true outside of `NODE_ENV=test` */
  watchExpired?: boolean;
};

/**
 * Runs the recurring tasks of a plugin.
 *
 * @remarks
 * A plugin that schedules nothing pays nothing: there is no table, no timer and no database
 * connection before its first task. When the backend stops, running tasks get their signal and up
 * to 10 seconds; one that was broken off runs again at once after a restart.
 *
 * @public
 */
export class PluginScheduler implements SchedulerService {
  readonly #options: PluginSchedulerOptions;
  readonly #clock: Clock;
  readonly #telemetry: TaskTelemetry;
  readonly #table: TaskTable;
  readonly #tasks = new Map<string, ScheduledTask>();
  readonly #work = new Set<Promise<void>>();
  readonly #stop = new AbortController();
  #hasHook = false;
  /** Begin the tasks that were scheduled while an earlier version serves; undefined when none does. */
  #standingBy: Array<() => Promise<void>> | undefined;
  /** Settles when the earlier version, if there was one, runs no task any more. */
  #former: Promise<void> | undefined;
  #shared: { table: TaskTable; poller: TaskPoller } | undefined;

  constructor(options: PluginSchedulerOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#telemetry = new TaskTelemetry(options.metrics);
    const shared = new DatabaseClock(this.#clock, options.readDatabaseTime);
    this.#table = new TaskTable(options.database, shared);
    // Each task listens, and there may be any number: that is no leak, and not to be warned about.
    setMaxListeners(0, this.#stop.signal);
    if (options.succession?.joinsRunning) {
      this.#standingBy = [];
      options.succession.onServing((former) => this.#serve(former));
    }
  }

  /** The tasks that were scheduled here, each id once. */
  get tasks(): readonly ScheduledTask[] {
    return [...this.#tasks.values()];
  }

  async scheduleTask(
    task: SchedulerServiceTaskScheduleDefinition & SchedulerServiceTaskInvocationDefinition,
  ): Promise<void> {
    const { id, fn, signal, scope = 'global' } = task;
    assertId(id);
    const schedule = await readSchedule(task);
    this.#stopWithBackend();
    const { logger } = this.#options;
    const [clock, telemetry, stopped] = [this.#clock, this.#telemetry, this.#stop.signal];
    const options = { id, fn, signal, schedule, clock, logger, telemetry, stopped };
    if (this.#standingBy) {
      this.#standingBy.push(async () =>
        scope === 'local' ? this.#beginLocal(options) : this.#beginGlobal(options),
      );
      return;
    }
    if (this.#former) await this.#former;
    if (scope === 'local') this.#beginLocal(options);
    else await this.#beginGlobal(options);
  }

  #beginLocal(options: TaskOptions): void {
    this.#keep(new LocalTask(options), options);
  }

  async #beginGlobal(options: TaskOptions): Promise<void> {
    this.#keep(await this.#createGlobalTask(options), options);
  }

  #keep(task: ScheduledTask, { id, schedule, logger }: TaskOptions): void {
    if (this.#tasks.has(id)) logger.warn(`Task ${id} is scheduled a second time`);
    this.#tasks.set(id, task);
    this.#waitFor(task.done);
    const settings = { scope: task.scope, ...schedule.settings };
    logger.info(`Scheduled task ${id}, ${JSON.stringify(settings)}`);
  }

  /** Nobody waits any more for what was scheduled while an earlier version served. */
  #serve(former: Promise<void>): void {
    const waiting = this.#standingBy ?? [];
    this.#standingBy = undefined;
    this.#former = former;
    for (const begin of waiting) {
      const begun = former.then(begin).catch((error: unknown) => {
        this.#options.logger.error('Could not schedule a task', toError(error));
      });
      this.#waitFor(begun);
    }
  }

  createScheduledTaskRunner(
    schedule: SchedulerServiceTaskScheduleDefinition,
  ): SchedulerServiceTaskRunner {
    return { run: (task) => this.scheduleTask({ ...task, ...schedule }) };
  }

  async triggerTask(id: string): Promise<void> {
    const task = this.#tasks.get(id);
    if (task) await task.trigger();
    else await triggerGlobalTask(this.#table, id);
  }

  async cancelTask(id: string): Promise<void> {
    const task = this.#tasks.get(id);
    if (task) await task.cancel();
    else await cancelGlobalTask(this.#table, id);
  }

  async getScheduledTasks(): Promise<SchedulerServiceTaskDescriptor[]> {
    return this.tasks.map(({ id, scope, settings }) => ({ id, scope, settings }));
  }

  /** Stops all tasks, and waits for those that run. A second call waits for the same. */
  async stop(): Promise<void> {
    this.#stop.abort();
    const waited = new AbortController();
    const all = Promise.all([...this.#work, this.#shared?.poller.done]).then(() => waited.abort());
    await Promise.race([all, this.#clock.sleep(STOP_TIMEOUT, waited.signal)]);
    if (waited.signal.aborted) return;
    const running = this.tasks.filter(({ workerState }) => workerState?.status === 'running');
    const ids = running.map(({ id }) => id).join(', ');
    this.#options.logger.warn(`Tasks did not stop within ${STOP_TIMEOUT / 1000} seconds: ${ids}`);
  }

  async #createGlobalTask(options: TaskOptions): Promise<GlobalTask> {
    await this.#table.save(options.id, options.schedule, await this.#table.now());
    this.#shared ??= this.#createShared();
    return new GlobalTask(options, this.#shared);
  }

  /** What the global tasks of the plugin have in common. */
  #createShared() {
    const { logger, watchExpired = process.env['NODE_ENV'] !== 'test' } = this.#options;
    const [table, clock, stopped] = [this.#table, this.#clock, this.#stop.signal];
    const lostRuns = new LostRuns({ table, logger, clock });
    const poller = new TaskPoller({ table, lostRuns, logger, clock, stopped });
    if (watchExpired) this.#waitFor(lostRuns.watchExpired(stopped));
    return { table, poller };
  }

  #waitFor(work: Promise<void>): void {
    this.#work.add(work);
    void work.finally(() => this.#work.delete(work));
  }

  #stopWithBackend(): void {
    if (this.#hasHook) return;
    this.#options.rootLifecycle.addBeforeShutdownHook(() => this.stop());
    this.#hasHook = true;
  }
}

function assertId(id: unknown): asserts id is string {
  if (typeof id !== 'string' || id.trim() === '') throw schedulerErrors.invalidId(id);
}
