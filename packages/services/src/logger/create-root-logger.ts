import { isatty } from 'node:tty';
import type { Config, JsonObject } from '@stagewire/config';
import type { RootLoggerService } from '@stagewire/plugin-api';
import { pino } from 'pino';
import { findSecrets } from './find-secrets.js';
import { readLevelRules } from './level-rules.js';
import { isLogLevel, LOG_LEVELS, type LogLevel } from './levels.js';
import { LineOutput, type LineDestination } from './line-output.js';
import { PinoLogger, type LogSink } from './pino-logger.js';
import { RedactionSet } from './redaction-set.js';
import { formatAsText } from './text-format.js';
import { isoDate } from '../time/iso-date.js';
import { toFields } from './to-fields.js';

/** Where lines go, and what decides how they look. */
export type RootLoggerOptions = {
  /** `@default` those of the process */
  env?: Readonly<Record<string, string | undefined>>;
  /** Gets whole lines, one or several. `@default` stdout, written before the call returns */
  destination?: LineDestination;
  /** Whether the destination is a terminal. `@default` whether stdout is one */
  isTerminal?: boolean;
};

/** A root logger that stops following its configuration when it is disposed of. */
export type RootLogger = RootLoggerService &
  Pick<PinoLogger, 'isLevelEnabled' | 'infoSoon'> &
  Disposable;

/**
 * Makes the logger of a backend from `backend.logger`, and follows changes of the configuration:
 * of its level, of the overrides, and of the secrets that are kept out of the log.
 *
 * @throws `E_LOG_LEVEL`, `E_LOG_OVERRIDE`
 */
export function createRootLogger(config: Config, options: RootLoggerOptions = {}): RootLogger {
  const { env = process.env } = options;
  const environmentLevel = readEnvironmentLevel(env);
  const secrets = new RedactionSet();
  // Synchronous: whatever ends the process, the line that tells why has been written.
  const output = new LineOutput(options.destination ?? pino.destination({ dest: 1, sync: true }));
  const writeLine = createLineWriter(secrets, output, options);
  const sink: LogSink = {
    pino: createPino(writeLine),
    writeLine,
    output,
    rules: readLevelRules(config, environmentLevel),
  };
  const meta = config.getOptional<JsonObject>('backend.logger.meta');
  const logger = new PinoLogger(sink, { service: 'backstage', ...toFields(meta) });

  const addSecrets = () => {
    const count = secrets.add(findSecrets(config));
    logger.info(`Found ${count} new secrets in config that will be redacted`);
  };
  const follow = () => {
    addSecrets();
    try {
      sink.rules = readLevelRules(config, environmentLevel);
    } catch (error) {
      logger.error('The log levels stay as they were', error as Error);
    }
  };
  addSecrets();
  warnOfUnknownLevel(env, logger);
  const subscription = config.subscribe?.(follow);
  return Object.assign(logger, { [Symbol.dispose]: () => subscription?.unsubscribe() });
}

/** Writes lines of JSON without secrets: as they are in production, as text elsewhere. */
function createLineWriter(secrets: RedactionSet, output: LineOutput, options: RootLoggerOptions) {
  const { env = process.env, isTerminal = isatty(1) } = options;
  if (env.NODE_ENV === 'production') {
    return (line: string) => output.write(secrets.redactJson(line));
  }
  const colours = showsColours(env, isTerminal);
  return (line: string) =>
    output.write(formatAsText(JSON.parse(secrets.redactJson(line)) as JsonObject, colours));
}

/** A pino that writes the fields of the ecosystem. */
function createPino(writeLine: (line: string) => void) {
  return pino(
    {
      level: 'trace',
      base: null,
      messageKey: 'message',
      timestamp: () => `,"timestamp":"${isoDate()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: writeLine },
  );
}

/** https://no-color.org, and its opposite for those whose output ends in a terminal after all. */
function showsColours(
  env: Readonly<Record<string, string | undefined>>,
  isTerminal: boolean,
): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== '0';
  return isTerminal && env.TERM !== 'dumb';
}

function readEnvironmentLevel(
  env: Readonly<Record<string, string | undefined>>,
): LogLevel | undefined {
  const level = env.LOG_LEVEL?.trim().toLowerCase() ?? '';
  return isLogLevel(level) ? level : undefined;
}

/** Other programs have other levels in the same variable: that is no reason not to start. */
function warnOfUnknownLevel(
  env: Readonly<Record<string, string | undefined>>,
  logger: RootLoggerService,
): void {
  if (!env.LOG_LEVEL || readEnvironmentLevel(env)) return;
  const known = LOG_LEVELS.join(', ');
  logger.warn(`LOG_LEVEL is '${env.LOG_LEVEL}', which is none of ${known}, and is ignored`);
}
