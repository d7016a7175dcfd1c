import type { JsonObject, JsonValue } from '@stagewire/config';
import { isExplained } from '@stagewire/errors';
import type { LoggerService } from '@stagewire/plugin-api';
import type { Logger } from 'pino';
import type { LevelRules } from './level-rules.js';
import type { LineLevel } from './levels.js';
import type { LineOutput } from './line-output.js';
import { isoDate } from '../time/iso-date.js';
import { isPlain, toBoundedText, toFields } from './to-fields.js';

/** What a logger and all its children share. */
export type LogSink = {
  /** Writes lines; it lets all levels through. */
  readonly pino: Logger;
  /** Writes a line that is made without pino. */
  writeLine(line: string): void;
  /** Where all lines go. */
  readonly output: LineOutput;
  /** Decides what is written; replaced when the configuration changes. */
  rules: LevelRules;
};

/** Fields that each line has of its own. */
const RESERVED = ['level', 'message', 'timestamp'];

/**
 * Writes lines through pino. Children are cheap until they write something.
 *
 * @remarks
 * Where the metadata has a message, as errors do, it is put behind that of the line; an explained
 * error's code comes with it.
 */
export class PinoLogger implements LoggerService {
  readonly #sink: LogSink;
  readonly #fields: JsonObject;
  #pino: Logger | undefined;
  /** The fields as they stand in a line: `,"service":"backstage"`. */
  #fieldsText: string | undefined;

  /** @param fields - part of each line */
  constructor(sink: LogSink, fields: JsonObject) {
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

  /**
   * As `info`, for lines that come in great number: this one is written before any that is logged
   * after it, and at the latest at the end of this turn of the event loop.
   */
  infoSoon(message: string, meta: JsonObject = {}): void {
    const { output } = this.#sink;
    output.mayWait = true;
    if (this.#isPlainLine(message, meta)) this.#writePlainLine(message, meta);
    else this.#write('info', message, meta);
    output.mayWait = false;
  }

  /** Tells whether a line of a level can be written at all, so that a caller may save making it. */
  isLevelEnabled(level: LineLevel): boolean {
    return this.#sink.rules.mayAccept(level);
  }

  child(meta: JsonObject): LoggerService {
    return new PinoLogger(this.#sink, { ...this.#fields, ...toFields(meta) });
  }

  #write(level: LineLevel, message: string, meta: unknown): void {
    try {
      const readField = (field: string) => this.#readField(field, level, message, meta);
      if (!this.#sink.rules.accepts(level, readField)) return;
      const fields = toFields(meta);
      const text = toBoundedText(joinMessages(message, meta, fields.message));
      this.#pinoFor(fields)[level](withoutReserved(fields), text);
    } catch {
      // Nobody who logs expects that to fail; and there is no place left to tell it.
    }
  }

  /** Whether a line has nothing but short values, and none twice. */
  #isPlainLine(message: string, meta: JsonObject): boolean {
    for (const key in meta) {
      const isTaken = RESERVED.includes(key) || Object.hasOwn(this.#fields, key);
      if (isTaken || !isPlain(meta[key], key)) return false;
    }
    return isPlain(message, 'message');
  }

  /** Writes the bytes that {@link PinoLogger.info} would have pino write, for a plain line. */
  #writePlainLine(message: string, meta: JsonObject): void {
    try {
      const readField = (field: string) => this.#readField(field, 'info', message, meta);
      if (!this.#sink.rules.accepts('info', readField)) return;
      this.#fieldsText ??= toFieldsText(withoutReserved(this.#fields));
      const fields = this.#fieldsText + toFieldsText(meta);
      this.#sink.writeLine(
        `{"level":"info","timestamp":"${isoDate()}"${fields},"message":${JSON.stringify(message)}}\n`,
      );
    } catch {
      // As in #write.
    }
  }

  #readField(field: string, level: LineLevel, message: string, meta: unknown): unknown {
    if (field === 'level') return level;
    if (field === 'message') return message;
    if (typeof meta === 'object' && meta !== null && Object.hasOwn(meta, field)) {
      return (meta as Record<string, unknown>)[field];
    }
    return this.#fields[field];
  }

  /** A pino that has the fields of this logger, without those that the line has itself. */
  #pinoFor(fields: JsonObject): Logger {
    const own = this.#fields;
    const repeated = Object.keys(own).some((key) => Object.hasOwn(fields, key));
    // Both would be written, and JSON with a key twice is read in different ways.
    if (repeated) return this.#sink.pino.child(withoutReserved(without(own, fields)));
    this.#pino ??= this.#sink.pino.child(withoutReserved(own));
    return this.#pino;
  }
}

/** The message of a line with that of what was logged with it, such as an error. */
export function joinMessages(
  message: string,
  meta: unknown,
  metaMessage: JsonValue | undefined,
): string {
  if (metaMessage === undefined) return String(message);
  const told = typeof metaMessage === 'string' ? metaMessage : JSON.stringify(metaMessage);
  return `${message} ${isExplained(meta) ? `${meta.code}  ${told}` : told}`;
}

function toFieldsText(fields: JsonObject): string {
  const text = JSON.stringify(fields).slice(1, -1);
  return text === '' ? '' : `,${text}`;
}

function withoutReserved(fields: JsonObject): JsonObject {
  if (!RESERVED.some((key) => Object.hasOwn(fields, key))) return fields;
  return Object.fromEntries(Object.entries(fields).filter(([key]) => !RESERVED.includes(key)));
}

function without(fields: JsonObject, others: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([key]) => !Object.hasOwn(others, key)));
}
