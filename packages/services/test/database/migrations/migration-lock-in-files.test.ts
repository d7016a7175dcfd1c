import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { runChild } from '../../support/run-child.js';
import { databases, temporaryDirectory } from '../support.js';

const RELEASED =
  'log Released the migration lock that a process left behind in the database of plugin todo: knex_migrations_lock';

describe('a migration lock in a SQLite file', () => {
  it.each([[false], [true]])(
    'of a process that is alive is waited for (in a transaction: %s)',
    async (transaction) => {
      const directory = await temporaryDirectory();
      const first = migrateFile(directory, true, transaction);
      await first.line(/^begun/);
      const second = migrateFile(directory, false, transaction);
      // In a transaction, the lock shows as a file that is busy, and nothing is told of it.
      await second.line(transaction ? /^migrates/ : /wait for up to/);
      if (transaction) await sleep(300);

      first.signal('SIGUSR2');
      await Promise.all([first.ended, second.ended]);

      expect(first.lines().at(-1)).toBe('done first,second');
      expect(second.lines().at(-1)).toBe('done ');
    },
  );

  it('is released when that process is killed while another one waits', async () => {
    const directory = await temporaryDirectory();
    const first = migrateFile(directory, true);
    await first.line(/^begun/);
    const second = migrateFile(directory, false);
    await second.line(/wait for up to/);

    await first.kill();
    await second.ended;

    expect(second.lines()).toContain(RELEASED);
    expect(second.lines().at(-1)).toBe('done second');
  });
});

describe('a migration that fails', () => {
  it('fails as it does, and is not tried again', async () => {
    const directory = await temporaryDirectory();
    const settings = { client: 'better-sqlite3', connection: { directory } };
    const knex = await databases(settings).getClient('todo');
    let attempts = 0;
    const up = async () => {
      attempts++;
      throw new Error('table "x" already exists');
    };
    const source = {
      getMigrations: async () => ['first'],
      getMigrationName: (name: string) => name,
      getMigration: async () => ({ up, down: up }),
    };

    await expect(knex.migrate.latest({ migrationSource: source as never })).rejects.toThrow('"x"');

    expect(attempts).toBe(1);
  });
});

/** Migrates a SQLite file in a process of its own. */
function migrateFile(directory: string, isSlow: boolean, transaction = false) {
  const options = { client: 'better-sqlite3', connection: { directory }, isSlow, transaction };
  return runChild('database/migrations/fixtures/migrate.ts', options);
}
