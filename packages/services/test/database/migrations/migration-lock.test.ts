import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import { expect, it } from 'vitest';
import { ConfigReader } from '@stagewire/config';
import { ConnectionBudget } from '../../../src/database/budget/connection-budget.js';
import {
  healMigrationLocks,
  type MigrationPatience,
} from '../../../src/database/migrations/migration-lock.js';
import { runChild } from '../../support/run-child.js';
import { describeWithService } from '../../support/test-services.js';
import { connectTo, countSessions, createServerDatabase } from '../../support/server-databases.js';
import { recordingLogger } from '../support.js';

const RELEASED =
  'warn Released the migration lock that a process left behind in the database of plugin todo: knex_migrations_lock';
const QUICK = { interval: 20, grace: 50, quiet: 250 };

/** The migrations of the process in fixtures/migrate.ts, in this one; none takes long. */
function migrations(transaction = false, prefix = ''): Knex.MigratorConfig {
  const create = (migration: string) => ({
    config: { transaction },
    up: async (knex: Knex) => {
      await knex.schema.createTable(prefix + migration, (table) => table.increments('id'));
    },
    down: async (knex: Knex) => {
      await knex.schema.dropTable(prefix + migration);
    },
  });
  return {
    migrationSource: {
      getMigrations: async () => ['first', 'second'],
      getMigrationName: (name: string) => name,
      getMigration: async (name: string) => create(name),
    },
  };
}

function heal(knex: Knex, patience: Partial<MigrationPatience> = {}) {
  const logger = recordingLogger();
  healMigrationLocks(knex, { pluginId: 'todo', logger }, { ...QUICK, ...patience });
  return logger;
}

for (const kind of ['postgres', 'mysql'] as const) {
  describeWithService(kind, `a migration lock on ${kind}`, (url) => {
    it('that a killed process left behind is released, and migrations go on', async () => {
      const database = await createServerDatabase(kind, url);
      const killed = migrate({ ...database, isSlow: true });
      await killed.line(/^begun/);
      const knex = connectTo(database);
      expect(await knex('knex_migrations_lock').pluck('is_locked')).toEqual([2]);
      await killed.kill();
      const logger = heal(knex);

      const [, names] = await knex.migrate.latest(migrations());

      expect(names).toEqual(['second']);
      expect(await knex('knex_migrations_lock').pluck('is_locked')).toEqual([0]);
      expect(logger.lines).toContain(RELEASED);
    });

    it('of a process that is alive is waited for, and both succeed', async () => {
      const database = await createServerDatabase(kind, url);
      const first = migrate({ ...database, isSlow: true });
      await first.line(/^begun/);
      const second = migrate(database);
      await second.line(/wait for up to/);

      first.signal('SIGUSR2');
      await Promise.all([first.ended, second.ended]);

      expect(first.lines()).toEqual(['migrates', 'begun', 'done first,second']);
      expect(second.lines()).toEqual([
        'migrates',
        expect.stringMatching(/^log The migrations of plugin todo wait for up to 600 s: another/),
        'done ',
      ]);
    });

    it('lets several processes that begin at the same moment all succeed', async () => {
      const database = await createServerDatabase(kind, url);
      const processes = Array.from({ length: 3 }, () => migrate(database));

      await Promise.all(processes.map(({ ended }) => ended));

      const results = processes.map(({ lines }) => lines().at(-1));
      expect(results.sort()).toEqual(['done ', 'done ', 'done first,second']);
    });

    it('of a backend of another kind is waited for as long as that is alive', async () => {
      const database = await createServerDatabase(kind, url);
      const other = migrate({ ...database, isSlow: true, isStock: true });
      await other.line(/^begun/);
      const knex = connectTo(database);
      const logger = heal(knex);

      const migrating = knex.migrate.latest(migrations());
      await sleep(2 * QUICK.quiet);
      other.signal('SIGUSR2');
      const [, names] = await migrating;

      expect(names).toEqual([]);
      expect(other.lines()).toEqual(['migrates', 'begun', 'done first,second']);
      expect(logger.lines).not.toContain(RELEASED);
    });

    it('of a backend of another kind that was killed is released', async () => {
      const database = await createServerDatabase(kind, url);
      const other = migrate({ ...database, isSlow: true, isStock: true });
      await other.line(/^begun/);
      await other.kill();
      const knex = connectTo(database);
      const logger = heal(knex);

      const [, names] = await knex.migrate.latest(migrations());

      expect(names).toEqual(['second']);
      expect(logger.lines).toContain(RELEASED);
    });

    it('keeps a backend of another kind out while it is held', async () => {
      const database = await createServerDatabase(kind, url);
      const first = migrate({ ...database, isSlow: true });
      await first.line(/^begun/);

      const other = migrate({ ...database, isStock: true });

      expect(await other.line(/^(done|failed)/)).toMatch(/^failed MigrationLocked/);
    });

    it('that is never released fails with the statement that releases it', async () => {
      const database = await createServerDatabase(kind, url);
      const knex = connectTo(database);
      await knex.migrate.latest(migrations());
      await knex('knex_migrations_lock').update({ is_locked: 1 });
      const busy = connectTo(database);
      const isBusy = busy.raw(kind === 'postgres' ? 'select pg_sleep(1)' : 'select sleep(1)');
      const working = isBusy.then(() => {});
      heal(knex, { total: 300 });

      await expect(knex.migrate.latest(migrations())).rejects.toMatchObject({
        name: 'MigrationLocked',
        code: 'E_DATABASE_MIGRATION_LOCKED',
        fix: expect.stringMatching(/update .knex_migrations_lock. set .is_locked. = 0;$/),
      });
      await working;
    });

    it.each([
      ['a pool of one connection', undefined],
      ['a budget of 1', 1],
      ['a budget of 2', 2],
      ['a budget of 3', 3],
    ])('does without more connections than there may be: %s', async (_, connectionBudget) => {
      const database = await createServerDatabase(kind, url);
      const knex = connectTo(database, {
        pool: { max: 1 },
        acquireConnectionTimeout: 3_000,
      });
      const config = new ConfigReader({
        backend: { database: connectionBudget === undefined ? {} : { connectionBudget } },
      });
      ConnectionBudget.fromConfig(config)?.attach(knex, 'todo');
      heal(knex);

      const [, names] = await knex.migrate.latest(migrations());
      await knex('knex_migrations_lock').update({ is_locked: 1 });
      await knex.migrate.rollback(migrations());

      expect(names).toEqual(['first', 'second']);
      expect(await knex.schema.hasTable('first')).toBe(false);
      const watcher = connectTo(database);
      const where =
        kind === 'postgres'
          ? { datname: database.connection.database }
          : { db: database.connection.database };
      await expect.poll(() => countSessions(watcher, where)).toBe(1);
    });

    it('does not need more than a budget of 3 for several migrations at once', async () => {
      const config = new ConfigReader({ backend: { database: { connectionBudget: 3 } } });
      const budget = ConnectionBudget.fromConfig(config);
      const plugins = await Promise.all(
        ['todo', 'other'].map(async (pluginId) => {
          const knex = connectTo(await createServerDatabase(kind, url), {
            acquireConnectionTimeout: 5_000,
          });
          budget?.attach(knex, pluginId);
          heal(knex);
          return knex;
        }),
      );

      const results = await Promise.all(
        plugins.flatMap((knex) =>
          ['a', 'b', 'c'].map((name) =>
            knex.migrate.latest({ ...migrations(false, name), tableName: `migrations_${name}` }),
          ),
        ),
      );

      expect(results.map(([, names]) => names.length)).toEqual([2, 2, 2, 2, 2, 2]);
    });

    it('becomes one without a sign of life when that is lost, and is not broken into', async () => {
      const database = await createServerDatabase(kind, url);
      const first = migrate({ ...database, isSlow: true });
      await first.line(/^begun/);
      const knex = connectTo(database);
      await endSignOfLife(knex);
      const logger = heal(knex, { grace: 500 });

      const migrating = knex.migrate.latest(migrations());
      await first.line(/Lost a connection/);
      await sleep(2 * QUICK.quiet);
      first.signal('SIGUSR2');
      const [, names] = await migrating;

      expect(names).toEqual([]);
      expect(first.lines()).toContain('done first,second');
      expect(logger.lines).not.toContain(RELEASED);
    });
  });
}

describeWithService('postgres', 'a migration lock in a schema', (url) => {
  it('is released, though other plugins use the same database', async () => {
    const database = await createServerDatabase('postgres', url);
    const own = connectTo(database, { searchPath: ['todo'] });
    const neighbour = connectTo(database, { searchPath: ['other'] });
    await own.raw('create schema todo; create schema other');
    heal(neighbour);
    const logger = heal(own);
    await own.migrate.latest(migrations());
    await own('knex_migrations_lock').update({ is_locked: 1 });
    const working = neighbour.raw('select pg_sleep(0.5)').then(() => {});

    await own.migrate.rollback(migrations());

    expect(logger.lines).toEqual([RELEASED]);
    await working;
  });

  it('of one plugin is not that of another', async () => {
    const database = await createServerDatabase('postgres', url);
    const [a, b] = [
      connectTo(database, { searchPath: ['a'] }),
      connectTo(database, { searchPath: ['b'] }),
    ];
    await a.raw('create schema a; create schema b');
    const loggers = [heal(a), heal(b)];

    await Promise.all([a.migrate.latest(migrations()), b.migrate.latest(migrations())]);

    expect(loggers.flatMap(({ lines }) => lines)).toEqual([]);
  });
});

/** Ends the connection that shows that another process migrates. */
async function endSignOfLife(knex: Knex): Promise<void> {
  if (knex.client.driverName === 'pg') {
    await knex.raw(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and query like '%advisory%' and pid <> pg_backend_pid()`,
    );
    return;
  }
  const rows = await knex('information_schema.processlist')
    .whereRaw('db = database() and id <> connection_id() and command = ?', ['Sleep'])
    .orderBy('time_ms', 'desc')
    .limit(1)
    .select('id');
  await knex.raw(`kill ${Number(rows[0].id)}`);
}

/** Migrates a database in a process of its own. */
function migrate(options: object) {
  return runChild('database/migrations/fixtures/migrate.ts', { patience: QUICK, ...options });
}
