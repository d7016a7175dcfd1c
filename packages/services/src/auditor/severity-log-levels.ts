import type { Config } from '@stagewire/config';
import type { AuditorServiceEventSeverityLevel } from '@stagewire/plugin-api';
import { auditorErrors } from './errors.js';

const CONFIG_KEY = 'backend.auditor.severityLogLevelMappings';
const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;

type LogLevel = (typeof LOG_LEVELS)[number];

/** The level at which events of each severity are logged. */
export type SeverityLogLevels = Record<AuditorServiceEventSeverityLevel, LogLevel>;

const DEFAULT_LEVELS: SeverityLogLevels = {
  low: 'debug',
  medium: 'info',
  high: 'info',
  critical: 'info',
};

/** @throws InputError `E_AUDITOR_LOG_LEVEL` when a level does not exist */
export function readSeverityLogLevels(config: Config): SeverityLogLevels {
  const levels = { ...DEFAULT_LEVELS };
  const mappings = config.getOptionalConfig(CONFIG_KEY);
  if (!mappings) return levels;

  for (const severity of Object.keys(levels) as AuditorServiceEventSeverityLevel[]) {
    const level = mappings.getOptionalString(severity);
    if (level === undefined) continue;
    if (!isLogLevel(level)) {
      throw auditorErrors.logLevel(`${CONFIG_KEY}.${severity}`, level, LOG_LEVELS);
    }
    levels[severity] = level;
  }
  return levels;
}

function isLogLevel(text: string): text is LogLevel {
  return (LOG_LEVELS as readonly string[]).includes(text);
}
