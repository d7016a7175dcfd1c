import type { Knex } from 'knex';

/**
 * Writes a time for a timestamp column.
 *
 * @remarks
 * SQLite has no type for it: backends of the ecosystem store `YYYY-MM-DD HH:MM:SS` in UTC there, so
 * this is what sorts with what they wrote. Milliseconds follow, and still sort right.
 */
export function toDatabaseTime(client: Knex, time: number): string | Date {
  const date = new Date(time);
  const isSqlite = String(client.client.config.client).includes('sqlite3');
  return isSqlite ? date.toISOString().replace('T', ' ').replace('Z', '') : date;
}

/** Reads a time in milliseconds since the Unix epoch; undefined when there is none. */
export function fromDatabaseTime(value: unknown): number | undefined {
  if (value instanceof Date) return value.getTime();
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return undefined;
  const hasZone = /Z|[+-]\d\d:?\d\d$/.test(value);
  const time = Date.parse(hasZone ? value : `${value.replace(' ', 'T')}Z`);
  return Number.isNaN(time) ? undefined : time;
}
