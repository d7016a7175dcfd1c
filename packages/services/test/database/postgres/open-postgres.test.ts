import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { isDatabaseConflictError } from '@stagewire/plugin-api';
import { expect, it, onTestFinished } from 'vitest';
import { startProcess } from '../../auth/support.js';
import { describeWithService } from '../../support/test-services.js';
import { until, usePostgres } from '../server-support.js';
import { databases } from '../support.js';

describeWithService('postgres', 'a backend with PostgreSQL', (url) => {
  it('[DB-1] [DB-4] of three plugins of which one queries has one database, and no idle connection', async () => {
    const { prefix, listDatabases, countConnections } = usePostgres(url);
    const { forPlugin } = databases({
      client: 'pg',
      connection: url,
      prefix,
      knexConfig: { pool: { idleTimeoutMillis: 200, reapIntervalMillis: 50 } },
    });
    const [todo] = ['todo', 'other', 'third'].map(forPlugin);

    const client = await todo!.getClient();
    expect(await countConnections()).toBe(0);
    await client.raw('select 1');

    expect(await todo!.getClient()).toBe(client);
    expect(await listDatabases()).toEqual([`${prefix}todo`]);
    expect(await countConnections()).toBe(1);
    await until(async () => (await countConnections()) === 0, 'no connection is left');
    expect((await client.raw('select 1 as one')).rows).toEqual([{ one: 1 }]);
  });

  it('[DB-1] makes nothing for the auth services of plugins before one of them issues a token', async () => {
    const { prefix, listDatabases, countConnections } = usePostgres(url);
    const { forPlugin } = databases({ client: 'pg', connection: url, prefix });
    const { plugin } = await startProcess();
    const [todo] = await Promise.all(
      ['todo', 'other', 'third'].map((id) => plugin(id, { database: forPlugin(id) })),
    );
    expect([await listDatabases(), await countConnections()]).toEqual([[], 0]);

    await todo!.getPluginRequestToken({
      onBehalfOf: await todo!.getOwnServiceCredentials(),
      targetPluginId: 'other',
    });

    expect(await listDatabases()).toEqual([`${prefix}todo`]);
  });

  it('[DB-2] [DB-5] tells plugins that it is pg, and the server whose connection it is', async () => {
    const { prefix } = usePostgres(url);
    const client = await databases({ client: 'pg', connection: url, prefix }).getClient('todo');

    const { rows } = await client.raw(`select current_setting('application_name') as name`);
    const inTransaction = await client.transaction(async (trx) => trx.client.config.client);

    expect(rows).toEqual([{ name: 'backstage_plugin_todo' }]);
    expect(client.client.config).toMatchObject({ client: 'pg', useNullAsDefault: true });
    expect(inTransaction).toBe('pg');
  });

  it('[DB-3] overlays the connection with that of a plugin, and merges knexConfig and pool', async () => {
    const { prefix, listDatabases } = usePostgres(url);
    const { getClient } = databases({
      client: 'pg',
      connection: `${url}?application_name=all`,
      prefix,
      knexConfig: { debug: false, pool: { min: 1, max: 7, acquireTimeoutMillis: 7_000 } },
      plugin: {
        todo: {
          connection: { database: `${prefix}mine`, application_name: 'mine' },
          knexConfig: { pool: { max: 3 }, asyncStackTraces: true },
        },
      },
    });

    const client = await getClient('todo');
    const { rows } = await client.raw(
      `select current_database() as database, current_setting('application_name') as name`,
    );

    expect(rows).toEqual([{ database: `${prefix}mine`, name: 'mine' }]);
    expect(client.client.config).toMatchObject({ debug: false, asyncStackTraces: true });
    expect(client.client.pool).toMatchObject({ min: 1, max: 3, acquireTimeoutMillis: 7_000 });
    expect(await listDatabases()).toEqual([`${prefix}mine`]);
  });

  it('[DB-5] starts twice at the same time, and both find or make all databases', async () => {
    const { prefix, listDatabases } = usePostgres(url);
    const plugins = ['a', 'b', 'c'];
    const processes = [1, 2, 3].map(() => databases({ client: 'pg', connection: url, prefix }));

    const clients = await Promise.all(
      processes.flatMap(({ getClient }) => plugins.map((plugin) => getClient(plugin))),
    );
    await Promise.all(clients.map((client) => client.raw('select 1')));

    expect(await listDatabases()).toEqual(plugins.map((plugin) => `${prefix}${plugin}`));
  });

  it('[DB-5] uses one connection to make the databases of all plugins, and lets go of it', async () => {
    const { prefix, query, createRole } = usePostgres(url);
    const user = await createRole('maker', 'login createdb');
    const at = new URL(url);
    at.username = user;
    const { getClient } = databases({ client: 'pg', connection: at.href, prefix });
    const count = async () => {
      const [row] = await query<{ count: number }>(
        'select count(*)::int as count from pg_stat_activity where usename = $1',
        [user],
      );
      return row!.count;
    };

    await Promise.all(['a', 'b', 'c'].map(getClient));

    expect(await count()).toBe(1);
    await until(async () => (await count()) === 0, 'the connection is closed');
  });

  it('keeps to its budget of connections, also while it makes databases', async () => {
    const { prefix, query, createRole } = usePostgres(url);
    const user = await createRole('counted', 'login createdb');
    const at = new URL(url);
    at.username = user;
    const { getClient } = databases({
      client: 'pg',
      connection: at.href,
      prefix,
      connectionBudget: 2,
    });
    const counted = { most: 0, isDone: false };
    const counting = (async () => {
      do {
        const [row] = await query<{ count: number }>(
          'select count(*)::int as count from pg_stat_activity where usename = $1',
          [user],
        );
        counted.most = Math.max(counted.most, row!.count);
      } while (!counted.isDone);
    })();

    await Promise.all(
      ['a', 'b', 'c'].map(async (plugin) => {
        const client = await getClient(plugin);
        await Promise.all([1, 2, 3, 4].map(() => client.raw('select pg_sleep(0.02)')));
      }),
    );
    counted.isDone = true;
    await counting;

    expect(counted.most).toBe(2);
  });

  it('[DB-5] makes no database when it is not to, and a query says which one is missing', async () => {
    const { prefix, listDatabases } = usePostgres(url);
    const { getClient } = databases({
      client: 'pg',
      connection: url,
      prefix,
      ensureExists: false,
      plugin: { made: { ensureExists: true } },
    });

    const client = await getClient('todo');
    await getClient('made');

    await expect(client.raw('select 1')).rejects.toThrow(`${prefix}todo`);
    expect(await listDatabases()).toEqual([`${prefix}made`]);
  });

  it('[DB-5] that cannot be reached is told from getClient, without the password', async () => {
    const { getClient } = databases({
      client: 'pg',
      connection: 'postgres://somebody:hidden-word@127.0.0.1:1/x',
      prefix: 'p_',
    });

    const error = await getClient('todo').catch((failure: unknown) => failure as Error);

    expect(error).toMatchObject({
      message: expect.stringMatching(
        /^Failed to connect to the database to make sure that 'p_todo' exists, .*127\.0\.0\.1:1/,
      ),
      code: expect.stringMatching(/^E_DATABASE_/),
      fix: expect.stringContaining('backend.database.connection'),
    });
    expect(JSON.stringify(error) + String(error)).not.toContain('hidden-word');
  });

  it('that never answers is given up in time', async () => {
    const server = createServer(() => {}).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const sockets = new Set<Socket>();
    server.on('connection', (socket) => void sockets.add(socket));
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    const { getClient } = databases({
      client: 'pg',
      connection: { host: '127.0.0.1', port, user: 'me', connectionTimeoutMillis: 100 },
    });

    await expect(getClient('todo')).rejects.toMatchObject({ code: 'E_DATABASE_TIMEOUT' });
  });

  it('[SQ12] is tried again when it is asked for again', async () => {
    const { prefix, query, createRole, listDatabases } = usePostgres(url);
    const user = await createRole('late');
    const at = new URL(url);
    at.username = user;
    const { getClient } = databases({ client: 'pg', connection: at.href, prefix });

    await expect(getClient('todo')).rejects.toMatchObject({ code: 'E_DATABASE_CREATE_RIGHT' });
    await query(`alter role ${user} createdb`);
    await getClient('todo');

    expect(await listDatabases()).toEqual([`${prefix}todo`]);
  });

  it('[SQ1] closes all connections at shutdown', async () => {
    const { prefix, countConnections } = usePostgres(url);
    const { getClient, shutdown } = databases({ client: 'pg', connection: url, prefix });
    const clients = await Promise.all(['a', 'b'].map(getClient));
    await Promise.all(clients.map((client) => client.raw('select 1')));
    expect(await countConnections()).toBe(2);

    await shutdown();

    await until(async () => (await countConnections()) === 0, 'no connection is left');
    await expect(clients[0]!.raw('select 1')).rejects.toThrow('Unable to acquire a connection');
  });

  it('says that a row is there already in words that plugins know', async () => {
    const { prefix } = usePostgres(url);
    const client = await databases({ client: 'pg', connection: url, prefix }).getClient('todo');
    await client.schema.createTable('things', (table) => table.string('id').primary());
    await client('things').insert({ id: 'a' });

    const error = await client('things')
      .insert({ id: 'a' })
      .catch((failure: unknown) => failure);

    expect(isDatabaseConflictError(error)).toBe(true);
  });

  it('refuses a name that the server would cut off', async () => {
    const { getClient } = databases({ client: 'pg', connection: url, prefix: 'x'.repeat(60) });

    await expect(getClient('todo')).rejects.toMatchObject({ code: 'E_DATABASE_NAME_LENGTH' });
  });
});

describeWithService('postgres', 'a user of PostgreSQL who may not make databases', (url) => {
  async function useLimited() {
    const server = usePostgres(url);
    const user = await server.createRole('limited');
    const at = new URL(url);
    at.username = user;
    return { ...server, user, connection: at.href };
  }

  it('[DB-5] works with databases that are there', async () => {
    const { prefix, query, user, connection } = await useLimited();
    await query(`create database ${prefix}todo owner ${user}`);
    const { getClient } = databases({ client: 'pg', connection, prefix });

    const client = await getClient('todo');
    await client.schema.createTable('things', (table) => table.increments());

    expect(await client.schema.hasTable('things')).toBe(true);
  });

  it('[DB-5] is told which right is missing for a new one, and what else could be done', async () => {
    const { prefix, connection } = await useLimited();

    await expect(
      databases({ client: 'pg', connection, prefix }).getClient('todo'),
    ).rejects.toMatchObject({
      code: 'E_DATABASE_CREATE_RIGHT',
      message: expect.stringMatching(
        new RegExp(
          `^Failed to connect to the database to make sure that '${prefix}todo' exists, .*permission denied to create database`,
        ),
      ),
      fix: expect.stringMatching(
        /createdb.*pluginDivisionMode: schema.*plugin\.todo\.ensureExists: false/,
      ),
    });
  });

  it('[DB-4] has all plugins in schemas of one database', async () => {
    const { prefix, query, user, connection } = await useLimited();
    await query(`create database ${prefix}all owner ${user}`);
    const at = new URL(connection);
    at.pathname = `/${prefix}all`;
    const { getClient } = databases({
      client: 'pg',
      connection: at.href,
      pluginDivisionMode: 'schema',
    });

    const [todo, other] = await Promise.all(['todo', 'other'].map(getClient));
    await todo!.schema.createTable('things', (table) => table.increments());

    expect(await todo!.schema.hasTable('things')).toBe(true);
    expect(await other!.schema.hasTable('things')).toBe(false);
  });

  it('[DB-5] is told that it may not make a schema, and works with one that is there', async () => {
    const { prefix, query, user, connection } = await useLimited();
    await query(`create database ${prefix}all`);
    await query(`create schema present authorization ${user}`, [], `${prefix}all`);
    const { getClient } = databases({
      client: 'pg',
      connection,
      pluginDivisionMode: 'schema',
      plugin: {
        present: { connection: { database: `${prefix}all` } },
        absent: { connection: { database: `${prefix}all` } },
      },
    });

    const client = await getClient('present');
    await client.schema.createTable('things', (table) => table.increments());

    await expect(getClient('absent')).rejects.toMatchObject({
      code: 'E_DATABASE_SCHEMA_RIGHT',
      message: expect.stringMatching(
        /^Failed to connect to the database to make sure that schema for plugin 'absent' exists, /,
      ),
      fix: expect.stringContaining('plugin.absent.ensureExists: false'),
    });
  });
});

describeWithService('postgres', 'plugins in schemas of one PostgreSQL database', (url) => {
  function inDatabase(name: string): string {
    const at = new URL(url);
    at.pathname = `/${name}`;
    return at.href;
  }

  it('[DB-4] have a schema each, named after a prefix and the plugin', async () => {
    const { prefix, query } = usePostgres(url);
    const { getClient } = databases({
      client: 'pg',
      connection: inDatabase(`${prefix}all`),
      pluginDivisionMode: 'schema',
      schemaPrefix: 'portal_',
    });

    const client = await getClient('user-settings');
    await client.schema.createTable('things', (table) => table.increments());

    const tables = await query(
      `select table_schema from information_schema.tables where table_name = 'things'`,
      [],
      `${prefix}all`,
    );
    expect(tables).toEqual([{ table_schema: 'portal_user-settings' }]);
    expect(client.client.config.searchPath).toEqual(['portal_user-settings']);
  });

  it('[DB-4] refuse a prefix that is no name', async () => {
    const { getClient } = databases({
      client: 'pg',
      connection: url,
      pluginDivisionMode: 'schema',
      schemaPrefix: '1-a',
    });

    await expect(getClient('todo')).rejects.toMatchObject({
      message:
        'Invalid schemaPrefix "1-a". Schema prefix must start with a letter or underscore and contain only letters, numbers, and underscores.',
      code: 'E_DATABASE_SCHEMA_PREFIX',
    });
  });

  it.each([
    [{ ensureExists: false }, false],
    [{ ensureExists: false, ensureSchemaExists: true }, true],
    [{ ensureExists: false, plugin: { todo: { ensureSchemaExists: true } } }, true],
    [{ ensureExists: false, plugin: { todo: { ensureExists: true } } }, true],
    [{ plugin: { todo: { ensureExists: false } } }, false],
  ])('[DB-5] [SQ4] with %j have their schema made: %s', async (settings, isMade) => {
    const { prefix, query } = usePostgres(url);
    await query(`create database ${prefix}all`);
    const { getClient } = databases({
      client: 'pg',
      connection: inDatabase(`${prefix}all`),
      pluginDivisionMode: 'schema',
      ...settings,
    });

    await getClient('todo');

    const schemas = await query(
      `select 1 from pg_namespace where nspname = 'todo'`,
      [],
      `${prefix}all`,
    );
    expect(schemas.length === 1).toBe(isMade);
  });

  it('[DB-5] [SQ5] act as the role of the plugin, which owns its schema', async () => {
    const { prefix, query, createRole } = usePostgres(url);
    const [all, mine] = [await createRole('all', ''), await createRole('mine', '')];
    const { getClient } = databases({
      client: 'pg',
      connection: inDatabase(`${prefix}db`),
      pluginDivisionMode: 'schema',
      role: all,
      plugin: { todo: { role: mine } },
    });
    const roleOf = async (pluginId: string) =>
      (await (await getClient(pluginId)).raw('select current_user::text as role')).rows[0].role;

    expect([await roleOf('todo'), await roleOf('other')]).toEqual([mine, all]);
    const owners = await query(
      `select nspname, nspowner::regrole::text as owner from pg_namespace where nspname in ('todo', 'other') order by 1`,
      [],
      `${prefix}db`,
    );
    expect(owners).toEqual([
      { nspname: 'other', owner: all },
      { nspname: 'todo', owner: mine },
    ]);
  });

  it('[SQ5] a role may make tables in the database that is made for it', async () => {
    const { prefix, createRole } = usePostgres(url);
    const role = await createRole('owner', '');
    const { getClient } = databases({ client: 'pg', connection: url, prefix, role });

    const client = await getClient('todo');
    await client.schema.createTable('things', (table) => table.increments());

    expect(await client.schema.hasTable('things')).toBe(true);
  });
});
