import type { Knex } from 'knex';

/**
 * Writes a time for a timestamp column.
 *
 * @remarks
 * SQLite has no type for it: backends of the ecosystem store `YYYY-MM-DD HH:MM:SS` in UTC there, so
 * this is what sorts with what they wrote. Milliseconds follow, and still sort right. MySQL keeps
 * whole seconds, and would round to the next one: what is due now would be so only then.
 */
export function toDatabaseTime(client: Knex, time: number): string | Date {
  switch (findKind(client)) {
    case 'sqlite':
      return new Date(time).toISOString().replace('T', ' ').replace('Z', '');
    case 'mysql':
      return new Date(Math.floor(time / 1000) * 1000);
    case 'other':
      return new Date(time);
  }
}

/**
 * Asks the database for its time, in milliseconds since the Unix epoch: the clock that all processes
 * of a plugin have in common.
 *
 * @returns undefined for SQLite, which has the clock of the process
 */
export async function readDatabaseTime(client: Knex): Promise<number | undefined> {
  switch (findKind(client)) {
    case 'sqlite':
      return undefined;
    case 'mysql': {
      const [rows] = await client.raw('select unix_timestamp(now(3)) as time');
      return Number(rows[0].time) * 1000;
    }
    case 'other': {
      const { rows } = await client.raw('select extract(epoch from clock_timestamp()) as time');
      return Number(rows[0].time) * 1000;
    }
  }
}

function findKind({ client }: Knex): 'sqlite' | 'mysql' | 'other' {
  const driver = String(client.driverName ?? client.config.client);
  if (driver.includes('sqlite')) return 'sqlite';
  return driver.includes('mysql') ? 'mysql' : 'other';
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
