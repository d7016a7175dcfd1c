import { loggerErrors } from './errors.js';

/** Who was given a logger, and what a right one comes from, for the error. */
type Wanted = { maker: string; members: readonly string[]; example: string };

/**
 * Holds a logger of somebody else to what is used of it: later, nobody would be told.
 *
 * @throws `E_LOG_TARGET`
 */
export function assertLogger(logger: unknown, { maker, members, example }: Wanted): void {
  const given = (logger ?? {}) as Record<string, unknown>;
  const missing = members.filter((member) => given[member] === undefined);
  if (missing.length > 0) throw loggerErrors.notALogger(maker, missing, example);
}
