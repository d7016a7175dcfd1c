import type { HumanDuration, JsonObject } from '@stagewire/config';
import type { Duration } from 'luxon';

/** What a task does. It should end soon after the signal aborts; nobody ends it by force. @public */
export type SchedulerServiceTaskFunction =
  | ((abortSignal: AbortSignal) => void | Promise<void>)
  | (() => void | Promise<void>);

/** A task as it is scheduled. @public */
export type SchedulerServiceTaskDescriptor = {
  /** Unique in the plugin. */
  id: string;

  scope: 'global' | 'local';

  /** For looking at, not for deciding by: what is in it differs between versions. */
  settings: { version: number } & JsonObject;
};

/** When a task runs. @public */
export interface SchedulerServiceTaskScheduleDefinition {
  /**
   * How often the task runs: a crontab text of five or six fields (seconds first), a length of
   * time from start to start, or only when triggered.
   *
   * @remarks
   * A task does not overlap itself: one that takes longer than this runs again after it has ended.
   */
  frequency: { cron: string } | Duration | HumanDuration | { trigger: 'manual' };

  /** How long one run may take. After that its signal aborts, and the task may run again. */
  timeout: Duration | HumanDuration;

  /**
   * How long each process waits before its first look at the task. With several processes, another
   * one may run it meanwhile.
   *
   * @defaultValue none
   */
  initialDelay?: Duration | HumanDuration;

  /**
   * `global`: all processes that share the database run it together, one at a time.
   * `local`: each process runs it for itself.
   *
   * @defaultValue 'global'
   */
  scope?: 'global' | 'local';
}

/** A {@link SchedulerServiceTaskScheduleDefinition} as it is written in configuration. @public */
export interface SchedulerServiceTaskScheduleDefinitionConfig {
  /** How often the task runs; a text is a length of time such as `'30m'` or `'PT30M'`. */
  frequency: { cron: string } | string | HumanDuration | { trigger: 'manual' };

  /** How long one run may take. */
  timeout: string | HumanDuration;

  /** How long each process waits before its first look at the task. */
  initialDelay?: string | HumanDuration;

  /** @defaultValue 'global' */
  scope?: 'global' | 'local';
}

/** The task itself. @public */
export interface SchedulerServiceTaskInvocationDefinition {
  /** Unique in the plugin, and the same in all processes and after each restart. */
  id: string;

  /** What the task does. */
  fn: SchedulerServiceTaskFunction;

  /** Ends the task: no further runs once it aborts. */
  signal?: AbortSignal;
}

/** A schedule that waits for its task. @public */
export interface SchedulerServiceTaskRunner {
  /** Schedules the task; resolves when it is scheduled, not when it has run. */
  run(task: SchedulerServiceTaskInvocationDefinition): Promise<void>;
}

/** Runs the recurring tasks of a plugin. @public */
export interface SchedulerService {
  /**
   * Runs a task now, besides its schedule.
   *
   * @throws NotFoundError when there is no such task, ConflictError when it is running
   */
  triggerTask(id: string): Promise<void>;

  /**
   * Ends the present run of a task; its schedule goes on.
   *
   * @throws NotFoundError when there is no such task, ConflictError when it is not running
   */
  cancelTask(id: string): Promise<void>;

  /** Schedules a task; resolves when it is scheduled, not when it has run. */
  scheduleTask(
    task: SchedulerServiceTaskScheduleDefinition & SchedulerServiceTaskInvocationDefinition,
  ): Promise<void>;

  /** Keeps a schedule for a task that comes later, from code that shall not choose its own. */
  createScheduledTaskRunner(
    schedule: SchedulerServiceTaskScheduleDefinition,
  ): SchedulerServiceTaskRunner;

  /** The tasks that were scheduled through this instance. */
  getScheduledTasks(): Promise<SchedulerServiceTaskDescriptor[]>;
}
