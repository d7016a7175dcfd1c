/** The levels that a threshold can have, the most severe first; npm's order. */
export const LOG_LEVELS = ['error', 'warn', 'info', 'http', 'verbose', 'debug', 'silly'] as const;

/** A threshold: lines that are less severe are not written. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The levels that lines are written at. */
export type LineLevel = 'error' | 'warn' | 'info' | 'debug';

/** Tells whether a text names a level. */
export function isLogLevel(text: string): text is LogLevel {
  return (LOG_LEVELS as readonly string[]).includes(text);
}

/** Tells whether a line is severe enough for a threshold. */
export function reaches(level: LogLevel, threshold: LogLevel): boolean {
  return LOG_LEVELS.indexOf(level) <= LOG_LEVELS.indexOf(threshold);
}
