import { randomBytes } from 'node:crypto';
import mysql from 'mysql2/promise';
import { Client, type QueryResultRow } from 'pg';
import { onTestFinished } from 'vitest';

/** The beginning of the names of what the present test makes on a server. */
export function uniquePrefix(): string {
  return `stagewire_${randomBytes(5).toString('hex')}_`;
}

/** A PostgreSQL server, with what the present test makes there. */
export function usePostgres(url: string) {
  const prefix = uniquePrefix();
  const query = async <TRow extends QueryResultRow = Record<string, unknown>>(
    sql: string,
    values: unknown[] = [],
    database?: string,
  ): Promise<TRow[]> => {
    const at = new URL(url);
    if (database !== undefined) at.pathname = `/${database}`;
    const client = new Client(at.href);
    await client.connect();
    try {
      return (await client.query<TRow>(sql, values)).rows;
    } finally {
      await client.end();
    }
  };
  const listDatabases = async () => {
    const rows = await query<{ datname: string }>(
      'select datname from pg_database where starts_with(datname, $1) order by 1',
      [prefix],
    );
    return rows.map(({ datname }) => datname);
  };
  const countConnections = async () => {
    const [row] = await query<{ count: number }>(
      'select count(*)::int as count from pg_stat_activity where starts_with(datname, $1)',
      [prefix],
    );
    return row!.count;
  };
  const createRole = async (name: string, rights = 'login') => {
    await query(`create role ${prefix}${name} ${rights}`);
    return `${prefix}${name}`;
  };
  onTestFinished(async () => {
    for (const name of await listDatabases()) await query(`drop database "${name}" with (force)`);
    const roles = await query<{ rolname: string }>(
      'select rolname from pg_roles where starts_with(rolname, $1)',
      [prefix],
    );
    for (const { rolname } of roles) await query(`drop owned by ${rolname}; drop role ${rolname}`);
  });
  return { prefix, query, listDatabases, countConnections, createRole };
}

/** A MySQL or MariaDB server, with what the present test makes there. */
export function useMysql(url: string) {
  const prefix = uniquePrefix();
  const query = async (sql: string): Promise<Array<Record<string, unknown>>> => {
    const connection = await mysql.createConnection(url);
    try {
      const [rows] = await connection.query(sql);
      return rows as Array<Record<string, unknown>>;
    } finally {
      await connection.end();
    }
  };
  const listDatabases = async () => {
    const rows = await query(
      `select schema_name as name from information_schema.schemata where left(schema_name, ${prefix.length}) = '${prefix}' order by 1`,
    );
    return rows.map(({ name }) => String(name));
  };
  const countConnections = async () => {
    const rows = await query(
      `select count(*) as count from information_schema.processlist where left(db, ${prefix.length}) = '${prefix}'`,
    );
    return Number(rows[0]!['count']);
  };
  const createUser = async (name: string) => {
    // Names of users are shorter than those of databases.
    const user = `${prefix.slice(-12)}${name}`;
    await query(`create user '${user}'@'%' identified by 'secret word'`);
    onTestFinished(async () => void (await query(`drop user '${user}'@'%'`)));
    return user;
  };
  onTestFinished(async () => {
    for (const name of await listDatabases()) await query(`drop database \`${name}\``);
  });
  return { prefix, query, listDatabases, countConnections, createUser };
}

/** Waits until something holds; fails after ten seconds. */
export async function until(holds: () => Promise<boolean>, what: string): Promise<void> {
  const end = Date.now() + 10_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`not within ten seconds: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
