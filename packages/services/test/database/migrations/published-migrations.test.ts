import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PublicKeyTable } from '../../../src/auth/public-key-table.js';
import { migrateTasks, taskMigrations } from '../../../src/scheduler/task-migrations.js';
import { describeWithService } from '../../support/test-services.js';
import { useMysql, usePostgres } from '../server-support.js';
import { databases, recordingLogger, temporaryDirectory } from '../support.js';

const directory = join(
  dirname(createRequire(import.meta.url).resolve('@backstage/plugin-catalog-backend/package.json')),
  'migrations',
);

describe('the migrations of the published catalog', () => {
  it('run in memory, and again without any trouble', async () => {
    const client = await databases().getClient('catalog');

    const [, first] = await client.migrate.latest({ directory });
    const [, second] = await client.migrate.latest({ directory });

    expect(first.length).toBeGreaterThan(30);
    expect(second).toEqual([]);
    expect(await client.schema.hasTable('refresh_state')).toBe(true);
  });

  it('run in a file, and again after a restart', async () => {
    const folder = await temporaryDirectory();
    const open = () => databases({ client: 'sqlite3', connection: { directory: folder } });
    const first = open();
    await (await first.getClient('catalog')).migrate.latest({ directory });
    await first.shutdown();

    const client = await open().getClient('catalog');

    expect((await client.migrate.latest({ directory }))[1]).toEqual([]);
  });

  it('can be rolled back', async () => {
    const client = await databases().getClient('catalog');
    await client.migrate.latest({ directory });

    await client.migrate.rollback({ directory }, true);

    expect(await client.schema.hasTable('refresh_state')).toBe(false);
  });

  it('run while other queries and transactions of the plugin wait their turn', async () => {
    const client = await databases().getClient('catalog');

    const migrating = client.migrate.latest({ directory });
    const others = Array.from({ length: 20 }, (_, i) =>
      client.transaction(async (trx) => (await trx.raw('select ? as i', [i]))[0].i),
    );

    expect((await migrating)[1].length).toBeGreaterThan(30);
    expect(await Promise.all(others)).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });
});

const servers = [
  { service: 'postgres', client: 'pg', use: usePostgres, modes: ['database', 'schema'] },
  { service: 'mysql', client: 'mysql2', use: useMysql, modes: ['database'] },
] as const;

describe.each(servers.flatMap(({ modes, ...rest }) => modes.map((mode) => ({ ...rest, mode }))))(
  'with $client, each plugin in a $mode of its own,',
  ({ service, client, use, mode }) => {
    describeWithService(service, 'migrations', (url) => {
      function open() {
        const { prefix } = use(url);
        const at = new URL(url);
        at.pathname = `/${prefix}all`;
        const connection = at.href;
        return databases({ client, connection, prefix, pluginDivisionMode: mode });
      }

      it('of the published catalog run, and run again', async () => {
        const { getClient } = open();
        const catalog = await getClient('catalog');

        const [, first] = await catalog.migrate.latest({ directory });
        const [, second] = await catalog.migrate.latest({ directory });

        expect(first.length).toBeGreaterThan(30);
        expect(second).toEqual([]);
        expect(await catalog.schema.hasTable('refresh_state')).toBe(true);
      }, 60_000);

      it('of the published catalog run once when three processes start together', async () => {
        const { prefix } = use(url);
        const at = new URL(url);
        at.pathname = `/${prefix}all`;
        const settings = { client, connection: at.href, prefix, pluginDivisionMode: mode };

        const applied = await Promise.all(
          [1, 2, 3].map(async () => {
            const catalog = await databases(settings).getClient('catalog');
            return (await catalog.migrate.latest({ directory }))[1].length as number;
          }),
        );

        expect(applied.filter((count) => count > 0)).toHaveLength(1);
      }, 60_000);

      it('of the scheduler and of public keys run', async () => {
        const database = open().forPlugin('todo');
        const keys = new PublicKeyTable({ database, logger: recordingLogger() });

        await keys.add({ kid: 'a', kty: 'EC' }, new Date(Date.now() + 60_000));
        const todo = await database.getClient();
        await migrateTasks(todo);

        expect(await keys.list()).toEqual([{ kid: 'a', kty: 'EC' }]);
        expect((await todo.migrate.list(taskMigrations))[1]).toEqual([]);
      });
    });
  },
);
