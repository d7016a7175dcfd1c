import { serializeError } from '@stagewire/errors';
import type { StoredTask } from './task-table.js';

type LastRun = {
  lastRunEndedAt?: string;
  /** The error as JSON text. */
  lastRunError?: string;
};

/** What is known about a task, as it is told over HTTP; times are in ISO 8601. */
export type TaskState =
  | ({ status: 'running'; startedAt: string; timesOutAt?: string } & LastRun)
  | ({ status: 'idle'; startsAt?: string } & LastRun);

/** What this process does about a task. */
export type WorkerState = { status: 'initial-wait' | 'idle' | 'running' };

/** A task's state, however it is kept; times are in milliseconds since the Unix epoch. */
export function toTaskState(
  task: Pick<StoredTask, 'startedAt' | 'lastRunEndedAt' | 'lastRunErrorJson'> & {
    timesOutAt: number | undefined;
    startsAt: number | undefined;
    isRunning: boolean;
  },
): TaskState {
  const lastRun: LastRun = {
    ...toField('lastRunEndedAt', task.lastRunEndedAt),
    ...(task.lastRunErrorJson !== undefined && { lastRunError: task.lastRunErrorJson }),
  };
  if (!task.isRunning) return { status: 'idle', ...toField('startsAt', task.startsAt), ...lastRun };
  const startedAt = new Date(task.startedAt ?? 0).toISOString();
  return { status: 'running', startedAt, ...toField('timesOutAt', task.timesOutAt), ...lastRun };
}

function toField<TName extends string>(name: TName, time: number | undefined) {
  if (time === undefined) return {};
  return { [name]: new Date(time).toISOString() } as { [key in TName]?: string };
}

/** How the error of a run is stored; null when there was none. */
export function toErrorJson(error: Error): string;
export function toErrorJson(error: Error | undefined): string | null;
export function toErrorJson(error: Error | undefined): string | null {
  return error ? JSON.stringify(serializeError(error)) : null;
}
