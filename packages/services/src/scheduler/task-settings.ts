import type { JsonObject } from '@stagewire/config';
import type { SchedulerServiceTaskScheduleDefinition } from '@stagewire/plugin-api';
import { parseCadence, type Cadence } from './cadence.js';
import { schedulerErrors } from './errors.js';
import { fromIsoDuration, toIsoDuration } from './iso-duration.js';

/** A schedule as it is stored, for all processes that share the task. */
export type TaskSettings = JsonObject & {
  version: 2;
  /** An ISO 8601 duration, a crontab text, or `manual`. */
  cadence: string;
  /** ISO 8601 durations. */
  initialDelayDuration?: string;
  timeoutAfterDuration: string;
};

/** A schedule as it is worked with; all times are in milliseconds. @internal */
export type TaskSchedule = {
  settings: TaskSettings;
  cadence: Cadence;
  initialDelay: number;
  hasInitialDelay: boolean;
  timeout: number;
};

/**
 * Reads the schedule that a plugin gave.
 *
 * @throws `E_SCHEDULER_TASK` when something in it cannot be understood
 *
 * @internal
 */
export async function readSchedule(
  definition: SchedulerServiceTaskScheduleDefinition,
): Promise<TaskSchedule> {
  const settings: TaskSettings = {
    version: 2,
    cadence: toCadenceText(definition.frequency),
    timeoutAfterDuration: toDurationText('timeout', definition.timeout),
  };
  if (definition.initialDelay !== undefined) {
    settings.initialDelayDuration = toDurationText('initialDelay', definition.initialDelay);
  }
  return toSchedule(settings);
}

/** Whether the schedule in a row of the database is one that this version knows. */
export function isReadable(settingsJson: string): boolean {
  return parseSettings(settingsJson) !== undefined;
}

/** Reads the schedule in a row of the database; undefined when it cannot be understood. */
export async function parseSchedule(settingsJson: string): Promise<TaskSchedule | undefined> {
  const settings = parseSettings(settingsJson);
  return settings && toSchedule(settings).catch(() => undefined);
}

function parseSettings(json: string): TaskSettings | undefined {
  try {
    const settings = JSON.parse(json) as TaskSettings | null;
    return settings?.version === 2 ? settings : undefined;
  } catch {
    return undefined;
  }
}

function toCadenceText(frequency: SchedulerServiceTaskScheduleDefinition['frequency']): string {
  if (typeof frequency === 'object' && frequency !== null) {
    if ('cron' in frequency) return frequency.cron;
    if ('trigger' in frequency && frequency.trigger === 'manual') return 'manual';
  }
  return toDurationText('frequency', frequency);
}

function toDurationText(name: string, duration: unknown): string {
  const text = toIsoDuration(duration);
  if (text !== undefined) return text;
  throw schedulerErrors.invalidTask(`its ${name} is not a duration: ${JSON.stringify(duration)}`);
}

async function toSchedule(settings: TaskSettings): Promise<TaskSchedule> {
  return {
    settings,
    cadence: await parseCadence(settings.cadence).catch((error: unknown) => {
      throw schedulerErrors.invalidTask(`its frequency cannot be used: ${error}`, error);
    }),
    initialDelay: toMilliseconds('initialDelay', settings.initialDelayDuration ?? 'PT0S'),
    hasInitialDelay: settings.initialDelayDuration !== undefined,
    timeout: toMilliseconds('timeout', settings.timeoutAfterDuration),
  };
}

function toMilliseconds(name: string, text: string): number {
  const ms = fromIsoDuration(text);
  if (ms === undefined) throw schedulerErrors.invalidTask(`its ${name} is not a duration: ${text}`);
  return ms;
}
