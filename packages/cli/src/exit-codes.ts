/**
 * How the `stagewire` command ends, for scripts.
 *
 * @public
 */
export const EXIT_CODES = {
  /** What was asked for was done, and nothing is wrong. */
  ok: 0,
  /** Something is wrong with what was looked at, or it could not be done. */
  failed: 1,
  /** The command line itself is wrong: an unknown command or option, a value that cannot be. */
  usage: 2,
  /** Ended by Ctrl+C, at a question or while it was at work. */
  interrupted: 130,
} as const;

/** One of {@link EXIT_CODES}. @public */
export type ExitCode = (typeof EXIT_CODES)[keyof typeof EXIT_CODES];
