import { ConfigReader, type JsonObject } from '@stagewire/config';
import { describe, expect, it } from 'vitest';
import { readSchedulerServiceTaskScheduleDefinitionFromConfig } from '../src/index.js';

describe('a schedule in the configuration', () => {
  it.each<[string, JsonObject, unknown]>([
    ['a crontab text', { cron: '*/5 * * * *' }, { cron: '*/5 * * * *' }],
    ['manual', { trigger: 'manual' }, { trigger: 'manual' }],
    ['a duration', { minutes: 30 }, { minutes: 30 }],
  ])('[SCH-19] has a frequency that is %s', (_case, frequency, expected) => {
    expect(read({ frequency, timeout: { minutes: 1 } })).toEqual({
      frequency: expected,
      timeout: { minutes: 1 },
      initialDelay: undefined,
      scope: undefined,
    });
  });

  it('[SCH-19] has durations as text or in parts, and a scope', () => {
    expect(
      read({ frequency: '30m', timeout: 'PT1M', initialDelay: { seconds: 3 }, scope: 'local' }),
    ).toMatchObject({ timeout: { minutes: 1 }, initialDelay: { seconds: 3 }, scope: 'local' });
    expect(read({ frequency: '30m', timeout: '1m', scope: 'global' }).scope).toBe('global');
  });

  it('[SCH-19] refuses another scope', () => {
    expect(() => read({ frequency: '1m', timeout: '1m', scope: 'everywhere' })).toThrowError(
      expect.objectContaining({
        name: 'Error',
        code: 'E_SCHEDULE_SCOPE_INVALID',
        message:
          'Only "global" or "local" are allowed for TaskScheduleDefinition.scope, but got: everywhere',
      }),
    );
  });

  it.each<[string, JsonObject, RegExp]>([
    ['no frequency', { timeout: '1m' }, /'frequency'/],
    ['no timeout', { frequency: '1m' }, /'timeout'/],
    ['another trigger', { frequency: { trigger: 'auto' }, timeout: '1m' }, /'frequency'/],
    ['a crontab that is not text', { frequency: { cron: 5 }, timeout: '1m' }, /'frequency.cron'/],
    ['a crontab in the place of a duration', { frequency: '* * * * *', timeout: '1m' }, /'\* \*/],
    ['a number', { frequency: 5, timeout: '1m' }, /'frequency'/],
  ])('[SCH-19] refuses %s, and names the key', (_case, config, message) => {
    expect(() => read(config)).toThrowError(message);
  });
});

function read(config: JsonObject) {
  return readSchedulerServiceTaskScheduleDefinitionFromConfig(new ConfigReader(config));
}
