import type { Config, JsonObject } from '@stagewire/config';
import { formatError, toError } from '@stagewire/errors';
import type { RootLoggerService } from '@stagewire/plugin-api';
import { loggerErrors } from './errors.js';
import { findSecrets } from './find-secrets.js';
import { readLevelRules, type LevelRules } from './level-rules.js';
import type { LineLevel } from './levels.js';
import { joinMessages } from './pino-logger.js';
import { RedactionSet } from './redaction-set.js';
import { toBoundedText, toFields } from './to-fields.js';

/** What a logger of somebody else is asked for. */
export type LoggerTarget = {
  isLevelEnabled(level: LineLevel): boolean;
  write(level: LineLevel, message: string, fields: JsonObject): void;
};

/** How a logger of somebody else is plugged in. @public */
export type AdaptedLoggerOptions = {
  /**
   * Brings what the built-in logger has: `backend.logger.level` and `.overrides`, which a line has
   * to pass beside the logger's own level, and the redaction of secrets. Its changes are followed.
   *
   * @default neither
   */
  config?: Config;
};

/** Writes all lines of a backend, with the fields of the ecosystem, through somebody else's logger. */
export function adaptLogger(
  target: LoggerTarget,
  { config }: AdaptedLoggerOptions,
): RootLoggerService & Disposable {
  const secrets = new RedactionSet();
  const rules = config && readLevelRules(config);
  const sink: Sink = { target, secrets, rules, hasFailed: false };
  const logger = new AdaptedLogger(sink, {});
  if (config) secrets.add(findSecrets(config));
  const subscription = config?.subscribe?.(() => {
    secrets.add(findSecrets(config));
    try {
      sink.rules = readLevelRules(config);
    } catch (error) {
      logger.error('The log levels stay as they were', error as Error);
    }
  });
  return Object.assign(logger, { [Symbol.dispose]: () => subscription?.unsubscribe() });
}

/** What a logger and all its children share. */
type Sink = {
  target: LoggerTarget;
  secrets: RedactionSet;
  rules: LevelRules | undefined;
  /** Whether a line was lost; the first one is told. */
  hasFailed: boolean;
};

class AdaptedLogger implements RootLoggerService {
  readonly #sink: Sink;
  readonly #fields: JsonObject;

  constructor(sink: Sink, fields: JsonObject) {
    this.#sink = sink;
    this.#fields = fields;
  }

  error(message: string, meta?: Error | JsonObject): void {
    this.#write('error', message, meta);
  }

  warn(message: string, meta?: Error | JsonObject): void {
    this.#write('warn', message, meta);
  }

  info(message: string, meta?: Error | JsonObject): void {
    this.#write('info', message, meta);
  }

  debug(message: string, meta?: Error | JsonObject): void {
    this.#write('debug', message, meta);
  }

  child(meta: JsonObject): RootLoggerService {
    // Each line has these of its own, and JSON with a key twice is read in different ways.
    const { message: _, level: __, ...own } = toFields(meta);
    return new AdaptedLogger(this.#sink, { ...this.#fields, ...own });
  }

  #write(level: LineLevel, message: string, meta: unknown): void {
    const { target, rules, secrets } = this.#sink;
    try {
      if (!target.isLevelEnabled(level) || rules?.mayAccept(level) === false) return;
      const { message: metaMessage, level: _, ...own } = toFields(meta);
      const fields: JsonObject = { ...this.#fields, ...own };
      const known: JsonObject = { ...fields, level, message };
      if (rules?.accepts(level, (field) => known[field]) === false) return;
      const text = toBoundedText(joinMessages(message, meta, metaMessage));
      const line = JSON.stringify([text, fields]);
      const shown = secrets.redactJson(line);
      const [shownText, shownFields] =
        shown === line ? [text, fields] : (JSON.parse(shown) as [string, JsonObject]);
      target.write(level, shownText, shownFields);
    } catch (error) {
      // Nobody who logs expects that to fail, so it is told where whoever runs the backend looks.
      this.#tellOnce(error);
    }
  }

  #tellOnce(error: unknown): void {
    if (this.#sink.hasFailed) return;
    this.#sink.hasFailed = true;
    const problem = this.#sink.secrets.redact(toBoundedText(toError(error).message));
    console.error(formatError(loggerErrors.lineLost(problem)));
  }
}
