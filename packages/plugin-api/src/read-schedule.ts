import { readDurationFromConfig, type Config, type HumanDuration } from '@stagewire/config';
import { pluginApiErrors } from './errors.js';
import type { SchedulerServiceTaskScheduleDefinition } from './services/scheduler.js';

/**
 * Reads the schedule of a task from the configuration.
 *
 * @param config - the part of the configuration that is the schedule, with the keys of
 *   {@link SchedulerServiceTaskScheduleDefinitionConfig}
 * @throws when `frequency` or `timeout` are missing, or something in it cannot be understood
 *
 * @example
 * ```ts
 * const schedule = readSchedulerServiceTaskScheduleDefinitionFromConfig(
 *   config.getConfig('todo.cleanup.schedule'),
 * );
 * await scheduler.scheduleTask({ id: 'todo-cleanup', ...schedule, fn: cleanUp });
 * ```
 *
 * @public
 */
export function readSchedulerServiceTaskScheduleDefinitionFromConfig(
  config: Config,
): SchedulerServiceTaskScheduleDefinition {
  return {
    frequency: readFrequency(config),
    timeout: readDurationFromConfig(config, { key: 'timeout' }),
    initialDelay: config.has('initialDelay')
      ? readDurationFromConfig(config, { key: 'initialDelay' })
      : undefined,
    scope: readScope(config),
  };
}

function readFrequency(config: Config): { cron: string } | { trigger: 'manual' } | HumanDuration {
  const frequency: unknown = config.get('frequency');
  if (isObject(frequency)) {
    if ('cron' in frequency) return { cron: config.getString('frequency.cron') };
    if (frequency['trigger'] === 'manual') return { trigger: 'manual' };
  }
  return readDurationFromConfig(config, { key: 'frequency' });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function readScope(config: Config): 'global' | 'local' | undefined {
  const scope = config.getOptionalString('scope');
  if (scope === undefined || scope === 'global' || scope === 'local') return scope;
  throw pluginApiErrors.invalidScheduleScope(scope);
}
