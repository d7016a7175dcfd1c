import { isError } from '@stagewire/errors';

/** How SQLite (by two drivers), PostgreSQL and MySQL begin to say it. */
const CONFLICTS =
  /SQLITE_CONSTRAINT(?:_UNIQUE)?: UNIQUE|UNIQUE constraint failed:|unique constraint|Duplicate entry/;

/**
 * Tells whether an error of a database means that a row with that key is there already.
 *
 * @public
 */
export function isDatabaseConflictError(e: unknown): boolean {
  return isError(e) && CONFLICTS.test(e.message);
}
