import type { JsonObject } from '@stagewire/config';
import { coreServices, type LoggerService, type RootLoggerService } from '@stagewire/plugin-api';
import { defineFake } from '../fake.js';
import { mockFunction } from '../mock-function.js';

/** The levels of lines, the most severe first. @public */
export type FakeLogLevel = 'error' | 'warn' | 'info' | 'debug';

/** A line as it was logged. @public */
export type FakeLogLine = {
  level: FakeLogLevel;
  message: string;
  /** Those of the logger and of the line. */
  fields: JsonObject;
  /** The error that came with the line. */
  error?: Error;
};

/** What is printed. @public */
export type FakeLoggerOptions = {
  /** Lines of this level and of more severe ones are printed as well. `@default` `'none'` */
  level?: FakeLogLevel | 'none';
};

/** A logger that keeps its lines, with those of all its children. @public */
export interface FakeRootLogger extends RootLoggerService {
  /** What was logged, in order. */
  readonly lines: readonly FakeLogLine[];
  child(meta: JsonObject): FakeRootLogger;
}

/** `core.rootLogger` that keeps lines for the test to look at, and is silent unless told otherwise. */
export const fakeRootLogger = defineFake({
  service: coreServices.rootLogger,
  create: ({ level = 'none' }: FakeLoggerOptions = {}): FakeRootLogger =>
    createLogger([], {}, level),
  mock: mockLogger,
});

/** The methods of a mock. Each of its children is a mock of its own, unless the test says otherwise. */
export function mockLogger() {
  return {
    error: mockFunction(),
    warn: mockFunction(),
    info: mockFunction(),
    debug: mockFunction(),
    child: mockFunction((_meta: JsonObject): LoggerService => mockLogger()),
  };
}

const LEVELS: readonly FakeLogLevel[] = ['error', 'warn', 'info', 'debug'];

/** @param lines - where this logger, its children and its parent keep what they are told */
function createLogger(
  lines: FakeLogLine[],
  fields: JsonObject,
  threshold: FakeLogLevel | 'none',
): FakeRootLogger {
  const printed = threshold === 'none' ? [] : LEVELS.slice(0, LEVELS.indexOf(threshold) + 1);
  const log = (level: FakeLogLevel) => (message: string, meta?: Error | JsonObject) => {
    const line: FakeLogLine = {
      level,
      message,
      ...(meta instanceof Error ? { fields, error: meta } : { fields: { ...fields, ...meta } }),
    };
    lines.push(line);
    if (printed.includes(level)) console[level](message, ...(meta === undefined ? [] : [meta]));
  };
  return {
    lines,
    error: log('error'),
    warn: log('warn'),
    info: log('info'),
    debug: log('debug'),
    child: (meta) => createLogger(lines, { ...fields, ...meta }, threshold),
  };
}
