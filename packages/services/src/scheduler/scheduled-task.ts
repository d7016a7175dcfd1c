import type { LoggerService, SchedulerServiceTaskFunction } from '@stagewire/plugin-api';
import type { Clock } from './clock.js';
import type { TaskSchedule, TaskSettings } from './task-settings.js';
import type { TaskState, WorkerState } from './task-state.js';
import type { TaskTelemetry } from './task-telemetry.js';

/** What tasks of both scopes are made of. */
export type TaskOptions = {
  id: string;
  fn: SchedulerServiceTaskFunction;
  schedule: TaskSchedule;
  clock: Clock;
  logger: LoggerService;
  telemetry: TaskTelemetry;
  /** Aborts when the backend stops. */
  stopped: AbortSignal;
  /** Aborts when the plugin ends the task; its own, if it gave one. */
  signal: AbortSignal | undefined;
};

/** A task that was scheduled in this process. */
export interface ScheduledTask {
  readonly id: string;
  readonly scope: 'global' | 'local';
  readonly settings: TaskSettings;
  /** Undefined when this process does not run the task any more. */
  readonly workerState: WorkerState | undefined;
  /** Settles when this process does not run the task any more. */
  readonly done: Promise<void>;

  /** Undefined when the task is gone. */
  getState(): Promise<TaskState | undefined>;

  /** @throws NotFoundError, or ConflictError when it is running */
  trigger(): Promise<void>;

  /** @throws NotFoundError, or ConflictError when it is not running */
  cancel(): Promise<void>;
}

/** Aborts when a task is to end, for whatever reason. */
export function endingOf({ stopped, signal }: TaskOptions): AbortSignal {
  return signal ? AbortSignal.any([stopped, signal]) : stopped;
}
