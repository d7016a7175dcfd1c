import { isDatabaseConflictError } from '@stagewire/plugin-api';
import { expect, it } from 'vitest';
import { describeWithService } from '../../support/test-services.js';
import { until, useMysql } from '../server-support.js';
import { databases } from '../support.js';

describeWithService('mysql', 'a backend with MySQL or MariaDB', (url) => {
  it('[DB-1] [DB-4] of three plugins of which one queries has one database, and no idle connection', async () => {
    const { prefix, listDatabases, countConnections } = useMysql(url);
    const { forPlugin } = databases({
      client: 'mysql2',
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
    expect((await client.raw('select 1 as one'))[0]).toEqual([{ one: 1 }]);
  });

  it.each(['mysql', 'mysql2'])('[DB-2] tells plugins that it is %s', async (name) => {
    const { prefix } = useMysql(url);
    const client = await databases({ client: name, connection: url, prefix }).getClient('todo');

    const inTransaction = await client.transaction(async (trx) => trx.client.config.client);

    expect(client.client.config).toMatchObject({ client: name, useNullAsDefault: true });
    expect(inTransaction).toBe(name);
  });

  it('[DB-3] overlays the connection with that of a plugin', async () => {
    const { prefix, listDatabases } = useMysql(url);
    const { getClient } = databases({
      client: 'mysql',
      connection: url,
      prefix,
      plugin: {
        todo: { client: 'mysql2', connection: { database: `${prefix}mine`, timezone: '+02:00' } },
      },
    });

    const client = await getClient('todo');

    expect((await client.raw('select database() as name'))[0]).toEqual([{ name: `${prefix}mine` }]);
    expect(client.client.config.connection).toMatchObject({ timezone: '+02:00' });
    expect(await listDatabases()).toEqual([`${prefix}mine`]);
  });

  it('[DB-9] starts twice at the same time, and both find or make all databases', async () => {
    const { prefix, listDatabases } = useMysql(url);
    const plugins = ['a', 'b', 'c', 'd'];
    const processes = [1, 2, 3].map(() => databases({ client: 'mysql2', connection: url, prefix }));

    const clients = await Promise.all(
      processes.flatMap(({ getClient }) => plugins.map((plugin) => getClient(plugin))),
    );
    await Promise.all(clients.map((client) => client.raw('select 1')));

    expect(await listDatabases()).toEqual(plugins.map((plugin) => `${prefix}${plugin}`));
  });

  it('[DB-9] makes no database when it is not to', async () => {
    const { prefix, listDatabases } = useMysql(url);
    const { getClient } = databases({
      client: 'mysql2',
      connection: url,
      prefix,
      ensureExists: false,
    });

    const client = await getClient('todo');

    await expect(client.raw('select 1')).rejects.toThrow(`${prefix}todo`);
    expect(await listDatabases()).toEqual([]);
  });

  it('[DB-9] for a user without the right to make databases, works with one that is there', async () => {
    const { prefix, query, createUser } = useMysql(url);
    const user = await createUser('few');
    await query(`create database ${prefix}there`);
    await query(`grant all on ${prefix}there.* to '${user}'@'%'`);
    const { hostname: host, port } = new URL(url);
    const { getClient } = databases({
      client: 'mysql2',
      connection: { host, port: Number(port), user, password: 'secret word' },
      prefix,
    });

    const client = await getClient('there');
    await client.schema.createTable('things', (table) => table.increments());

    expect(await client.schema.hasTable('things')).toBe(true);
    await expect(getClient('todo')).rejects.toMatchObject({
      code: 'E_DATABASE_CREATE_RIGHT',
      message: expect.stringMatching(
        new RegExp(
          `^Failed to connect to the database to make sure that '${prefix}todo' exists, .*denied`,
        ),
      ),
      fix: expect.stringContaining('plugin.todo.ensureExists: false'),
    });
  });

  it('[DB-9] that cannot be reached is told from getClient, without the password', async () => {
    const { getClient } = databases({
      client: 'mysql2',
      connection: 'mysql://somebody:hidden-word@127.0.0.1:1',
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

  it('[SQ1] closes all connections at shutdown', async () => {
    const { prefix, countConnections } = useMysql(url);
    const { getClient, shutdown } = databases({ client: 'mysql2', connection: url, prefix });
    const clients = await Promise.all(['a', 'b'].map(getClient));
    await Promise.all(clients.map((client) => client.raw('select 1')));
    expect(await countConnections()).toBe(2);

    await shutdown();

    await until(async () => (await countConnections()) === 0, 'no connection is left');
    await expect(clients[0]!.raw('select 1')).rejects.toThrow('Unable to acquire a connection');
  });

  it('goes on when the server has closed an idle connection', async () => {
    const { prefix, query } = useMysql(url);
    const { getClient } = databases({ client: 'mysql2', connection: url, prefix });
    const client = await getClient('todo');
    const [[{ id }]] = await client.raw('select connection_id() as id');

    await query(`kill ${id}`);
    await until(async () => {
      const rows = await query(`select 1 from information_schema.processlist where id = ${id}`);
      return rows.length === 0;
    }, 'the connection is gone');

    expect((await client.raw('select 1 as one'))[0]).toEqual([{ one: 1 }]);
  });

  it('says that a row is there already in words that plugins know', async () => {
    const { prefix } = useMysql(url);
    const client = await databases({ client: 'mysql2', connection: url, prefix }).getClient('todo');
    await client.schema.createTable('things', (table) => table.string('id').primary());
    await client('things').insert({ id: 'a' });

    const error = await client('things')
      .insert({ id: 'a' })
      .catch((failure: unknown) => failure);

    expect(isDatabaseConflictError(error)).toBe(true);
  });

  it('[DB-7] refuses schemas, which are no different from databases there', async () => {
    const { getClient } = databases({
      client: 'mysql2',
      connection: url,
      pluginDivisionMode: 'schema',
    });

    await expect(getClient('todo')).rejects.toMatchObject({
      message: "The MySQL driver does not support plugin division mode 'schema'",
      code: 'E_DATABASE_DIVISION_MODE',
    });
  });
});
