import { locateValue, type Config, type JsonValue } from '@stagewire/config';
import { loggerErrors } from './errors.js';
import { isLogLevel, reaches, type LineLevel, type LogLevel } from './levels.js';

/** Gives the value of a field of the line that is to be judged. */
export type ReadField = (field: string) => unknown;

/** Decides which lines are written. */
export interface LevelRules {
  /** Tells whether a line is written. */
  accepts(level: LineLevel, readField: ReadField): boolean;
  /** Tells whether any line of a level can be written, whatever its fields. */
  mayAccept(level: LineLevel): boolean;
}

/** Lines with certain fields have a threshold of their own. */
type LevelOverride = {
  readonly matchers: readonly (readonly [field: string, matches: (value: unknown) => boolean])[];
  readonly level: LogLevel;
};

/**
 * Reads the threshold and its overrides from `backend.logger`. The first override that matches a
 * line decides for it.
 *
 * @param environmentLevel - what `LOG_LEVEL` says; it comes before the configured threshold
 * @throws `E_LOG_LEVEL`, `E_LOG_OVERRIDE`
 */
export function readLevelRules(config: Config, environmentLevel?: LogLevel): LevelRules {
  const threshold = environmentLevel ?? readThreshold(config);
  const overrides = (config.getOptionalConfigArray('backend.logger.overrides') ?? []).map(
    readOverride,
  );
  const thresholds = [threshold, ...overrides.map((override) => override.level)];
  return {
    mayAccept: (level) => thresholds.some((each) => reaches(level, each)),
    accepts: (level, readField) => {
      if (overrides.length === 0) return reaches(level, threshold);
      const override = overrides.find(({ matchers }) =>
        matchers.every(([field, matches]) => matches(readField(field))),
      );
      return reaches(level, override?.level ?? threshold);
    },
  };
}

function readThreshold(config: Config): LogLevel {
  const level = config.getOptionalString('backend.logger.level') ?? 'info';
  if (isLogLevel(level)) return level;
  throw loggerErrors.level(level, locate(config, 'backend.logger.level'));
}

const OVERRIDE_LEVELS = new Set(['error', 'warn', 'info', 'debug']);

function readOverride(override: Config, index: number): LevelOverride {
  const level = override.getString('level');
  if (!isLogLevel(level) || !OVERRIDE_LEVELS.has(level)) {
    throw loggerErrors.overrideLevel(index, level, locate(override, 'level'));
  }
  const matchers = override.getConfig('matchers').get<Record<string, JsonValue>>();
  const where = locate(override, 'matchers');
  return {
    level,
    matchers: Object.entries(matchers).map(([field, expected]) => {
      const key = `backend.logger.overrides[${index}].matchers.${field}`;
      return [field, toMatcher(expected, key, where)] as const;
    }),
  };
}

function toMatcher(expected: JsonValue, key: string, where: string) {
  const alternatives = [expected].flat().map((value) => {
    const pattern = typeof value === 'string' ? toPattern(value, key, where) : undefined;
    if (!pattern) return (actual: unknown) => actual === value;
    return (actual: unknown) => typeof actual === 'string' && pattern.test(actual);
  });
  return (actual: unknown) => alternatives.some((matches) => matches(actual));
}

/** Reads `/…/flags`; any other text is none. */
function toPattern(text: string, key: string, where: string): RegExp | undefined {
  const [, source, flags = ''] = /^\/(.+)\/([a-z]*)$/s.exec(text) ?? [];
  if (source === undefined) return undefined;
  try {
    // Without g and y: these make an expression remember where the last line matched.
    return new RegExp(source, flags.replace(/[gy]/g, ''));
  } catch (error) {
    throw loggerErrors.overrideMatcher(key, text, (error as Error).message, where);
  }
}

function locate(config: Config, key: string): string {
  return locateValue(config, key) ?? `'${key}'`;
}
