import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Knex } from 'knex';
import { describe, expect, it, onTestFinished } from 'vitest';
import { databases, temporaryDirectory } from '../support.js';

const require = createRequire(import.meta.url);
const LOCK_TABLE = 'create table knex_migrations_lock ("index" integer, is_locked integer)';

/** A database file whose migrations have a lock; nobody has it open. */
async function createFile({ journal = 'wal', isLocked = 0 } = {}) {
  const directory = await temporaryDirectory();
  const filename = join(directory, 'todo.sqlite');
  const Database = require('libsql');
  const connection = new Database(filename);
  connection.exec(`PRAGMA journal_mode = ${journal}; ${LOCK_TABLE};
    insert into knex_migrations_lock values (1, ${isLocked})`);
  connection.close();
  return { filename, ...databases({ client: 'sqlite3', connection: { directory } }) };
}

/** Takes the migration lock in another process, as the stock backend would. */
async function lockInAnotherProcess(filename: string) {
  const script = `
    const db = new (require(${JSON.stringify(require.resolve('libsql'))}))(process.argv[1]);
    db.prepare('update knex_migrations_lock set is_locked = 1').run();
    console.log('locked');
    process.stdin.resume().on('end', () => process.exit());`;
  const child = spawn(process.execPath, ['-e', script, filename], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const exited = once(child, 'exit');
  const kill = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  onTestFinished(kill);
  await once(child.stdout, 'data');
  return { kill };
}

const migrations = (up: (knex: Knex) => Promise<void>) => ({
  migrationSource: {
    getMigrations: async () => ['one'],
    getMigrationName: (name: string) => name,
    getMigration: async () => ({ up, down: async () => {}, config: { transaction: false } }),
  },
});
const createThings = async (knex: Knex) => {
  await knex.schema.createTable('things', (table) => table.increments('id'));
};

describe('a database file', () => {
  it('has a write-ahead log', async () => {
    const directory = await temporaryDirectory();
    const client = await databases({ client: 'sqlite3', connection: { directory } }).getClient('a');

    expect(await client.raw('PRAGMA journal_mode')).toEqual([{ journal_mode: 'wal' }]);
  });
});

describe('a migration lock', () => {
  it('that a killed process left behind is released, and migrations run', async () => {
    const { filename, getClient, logger } = await createFile();
    await (await lockInAnotherProcess(filename)).kill();

    const client = await getClient('todo');
    await client.migrate.latest(migrations(createThings));

    expect(await client.schema.hasTable('things')).toBe(true);
    expect(logger.lines).toContainEqual(
      `warn Released the migration lock that a process left behind in the database of plugin todo, ${filename}: knex_migrations_lock`,
    );
    expect(await client.raw('PRAGMA journal_mode')).toEqual([{ journal_mode: 'wal' }]);
    expect(await client.raw('PRAGMA locking_mode')).toEqual([{ locking_mode: 'normal' }]);
  });

  it('of a process that is alive stays, and it is told how to release it', async () => {
    const { filename, getClient, logger } = await createFile();
    await lockInAnotherProcess(filename);

    const client = await getClient('todo');

    expect(await client('knex_migrations_lock').pluck('is_locked')).toEqual([1]);
    expect(logger.lines).toContainEqual(expect.stringContaining('If no process is running it'));
  });

  it('in a file without a write-ahead log stays, as nothing proves that nobody holds it', async () => {
    const { getClient, logger } = await createFile({ journal: 'delete', isLocked: 1 });

    const client = await getClient('todo');

    expect(await client('knex_migrations_lock').pluck('is_locked')).toEqual([1]);
    expect(logger.lines).toContainEqual(expect.stringContaining('If no process is running it'));
  });

  it('lets other processes in once it is released', async () => {
    const { filename, getClient } = await createFile({ isLocked: 1 });
    const client = await getClient('todo');

    await lockInAnotherProcess(filename);

    expect(await client('knex_migrations_lock').pluck('is_locked')).toEqual([1]);
  });
});
