import { existsSync } from 'node:fs';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { databases, recordingLogger, temporaryDirectory } from './support.js';

describe('without backend.database', () => {
  it('[DB-1] each plugin has a database in memory, which all its callers share', async () => {
    const { forPlugin } = databases();
    const todo = forPlugin('todo');

    const [first, second] = await Promise.all([todo.getClient(), todo.getClient()]);
    await first.schema.createTable('things', (table) => table.increments('id'));
    const other = await forPlugin('other').getClient();

    expect(second).toBe(first);
    expect(forPlugin('todo')).toBe(todo);
    expect(await other.schema.hasTable('things')).toBe(false);
  });

  it('[DB-1] a plugin that asks for no client opens nothing', async () => {
    const directory = join(await temporaryDirectory(), 'data');
    const { forPlugin } = databases({ client: 'better-sqlite3', connection: { directory } });

    forPlugin('todo');

    expect(existsSync(directory)).toBe(false);
  });

  it('[DB-10] migrations run', () => {
    expect(databases().forPlugin('todo').migrations).toEqual({ skip: false });
  });
});

describe('the client that is configured', () => {
  it.each(['better-sqlite3', 'sqlite3'])('[DB-2] may be %s', async (client) => {
    const knex = await databases({ client, connection: ':memory:' }).getClient('todo');

    expect(knex.client.config.client).toBe('better-sqlite3');
    expect(await knex.raw('select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('[DB-2] is refused when it is none that is here, as soon as a plugin has a database', () => {
    const { forPlugin } = databases({
      client: 'better-sqlite3',
      connection: ':memory:',
      plugin: { todo: { client: 'oracledb' } },
    });

    expect(() => forPlugin('todo')).toThrow(
      expect.objectContaining({
        message: "Unsupported database client type 'oracledb' specified for plugin 'todo'",
        code: 'E_DATABASE_CLIENT',
        fix: expect.stringContaining('pg, better-sqlite3, sqlite3, mysql, mysql2'),
      }),
    );
    expect(() => forPlugin('other')).not.toThrow();
  });

  it('[DB-3] of a plugin of its own drops the base connection', async () => {
    const { getClient } = databases({
      client: 'pg',
      connection: { filename: '/never/used.sqlite' },
      plugin: { todo: { client: 'better-sqlite3', connection: ':memory:' } },
    });

    const client = await getClient('todo');

    expect(client.client.connectionSettings.filename).toBe(':memory:');
  });

  it('[DB-3] of a plugin of its own needs a connection of its own', async () => {
    const { getClient } = databases({
      client: 'pg',
      connection: 'postgres://db',
      plugin: { todo: { client: 'better-sqlite3' } },
    });

    await expect(getClient('todo')).rejects.toThrow('backend.database.plugin.todo.connection');
  });
});

describe('a database in files', () => {
  it('[DB-4] [DB-7] is one file for each plugin, in a directory that is made', async () => {
    const directory = join(await temporaryDirectory(), 'a', 'b');
    const { getClient } = databases({ client: 'better-sqlite3', connection: { directory } });

    const client = await getClient('todo');

    expect(client.client.connectionSettings.filename).toBe(join(directory, 'todo.sqlite'));
    expect(existsSync(join(directory, 'todo.sqlite'))).toBe(true);
    if (process.platform !== 'win32') expect((await stat(directory)).mode & 0o777).toBe(0o700);
  });

  it('[DB-3] [DB-7] takes what a plugin says of its own, key by key', async () => {
    const directory = await temporaryDirectory();
    const { getClient } = databases({
      client: 'better-sqlite3',
      connection: { directory },
      plugin: {
        named: { connection: { filename: 'mine.sqlite' } },
        memory: { connection: ':memory:' },
        moved: { connection: { directory: join(directory, 'other') } },
      },
    });
    const filenameOf = async (pluginId: string) =>
      (await getClient(pluginId)).client.connectionSettings.filename;

    expect(await filenameOf('named')).toBe(join(directory, 'mine.sqlite'));
    expect(await filenameOf('memory')).toBe(':memory:');
    expect(await filenameOf('moved')).toBe(join(directory, 'other', 'moved.sqlite'));
  });

  it('of one plugin may be so while the others are in memory', async () => {
    const directory = await temporaryDirectory();
    const { getClient } = databases({
      client: 'better-sqlite3',
      connection: ':memory:',
      plugin: { todo: { connection: { directory } } },
    });

    await getClient('todo');

    expect(existsSync(join(directory, 'todo.sqlite'))).toBe(true);
  });

  it('keeps what is in it', async () => {
    const directory = await temporaryDirectory();
    const open = () => databases({ client: 'better-sqlite3', connection: { directory } });
    const first = open();
    await (await first.getClient('todo')).schema.createTable('kept', (table) => table.integer('x'));
    await first.shutdown();

    expect(await (await open().getClient('todo')).schema.hasTable('kept')).toBe(true);
  });

  it.each([{ filename: './all.sqlite' }, './all.sqlite'])(
    '[DB-7] is refused when %j is to be the file of all plugins',
    async (connection) => {
      const { getClient } = databases({ client: 'better-sqlite3', connection });

      await expect(getClient('todo')).rejects.toMatchObject({
        message:
          '`connection.filename` is not supported for the base sqlite connection. Prefer `connection.directory` or provide a filename for the plugin connection instead.',
        code: 'E_DATABASE_BASE_FILENAME',
      });
    },
  );

  it('[DB-7] is refused in schema mode', async () => {
    const { getClient } = databases({
      client: 'better-sqlite3',
      connection: ':memory:',
      pluginDivisionMode: 'schema',
    });

    await expect(getClient('todo')).rejects.toMatchObject({
      message: "The SQLite driver does not support plugin division mode 'schema'",
      code: 'E_DATABASE_DIVISION_MODE',
    });
  });

  it('that cannot be opened names the plugin and the file', async () => {
    const directory = await temporaryDirectory();
    const filename = join(directory, 'missing', 'todo.sqlite');
    const { getClient } = databases({
      client: 'better-sqlite3',
      connection: ':memory:',
      plugin: { todo: { connection: { filename } } },
    });

    await expect(getClient('todo')).rejects.toMatchObject({
      code: 'E_DATABASE_OPEN',
      message: expect.stringContaining(`database of plugin 'todo', the file '${filename}'`),
    });
  });

  it('[SQ12] is tried again after it could not be opened', async () => {
    const directory = await temporaryDirectory();
    const filename = join(directory, 'todo.sqlite');
    await writeFile(
      filename,
      'this is no database, but it is long enough to look like one'.repeat(20),
    );
    const { getClient } = databases({
      client: 'better-sqlite3',
      connection: ':memory:',
      plugin: { todo: { connection: { filename } } },
    });

    await expect(getClient('todo')).rejects.toMatchObject({ code: 'E_DATABASE_OPEN' });
    await writeFile(filename, '');

    expect(await (await getClient('todo')).raw('select 1 as one')).toEqual([{ one: 1 }]);
  });
});

it('a driver that cannot be loaded is told with the way to install it', async () => {
  vi.resetModules();
  vi.doMock('../../src/database/sqlite/libsql-dialect.js', () => {
    throw new Error("Cannot find module '@libsql/plan9-mips'");
  });
  onTestFinished(() => {
    vi.doUnmock('../../src/database/sqlite/libsql-dialect.js');
    vi.resetModules();
  });
  const { loadSqliteDialect } = await import('../../src/database/sqlite/sqlite-driver.js');
  const tools = { logger: recordingLogger(), applicationFolders: [] };

  await expect(loadSqliteDialect('todo', tools)).rejects.toMatchObject({
    code: 'E_DATABASE_DRIVER',
    message: expect.stringContaining("plugin 'todo'"),
    fix: expect.stringContaining('optional dependencies'),
  });
});

describe('further settings', () => {
  it('[DB-3] of knex are merged deeply, the plugin over the base, and keep one connection', async () => {
    const { getClient } = databases({
      client: 'better-sqlite3',
      connection: ':memory:',
      knexConfig: { debug: false, pool: { min: 2, max: 9, acquireTimeoutMillis: 7 } },
      plugin: { todo: { knexConfig: { asyncStackTraces: true, pool: { idleTimeoutMillis: 8 } } } },
    });

    const { config, pool } = (await getClient('todo')).client;

    expect(config).toMatchObject({
      useNullAsDefault: true,
      debug: false,
      asyncStackTraces: true,
      pool: { min: 1, max: 1, acquireTimeoutMillis: 7, idleTimeoutMillis: 8 },
    });
    expect([pool.min, pool.max]).toEqual([1, 1]);
  });

  it.each([
    [{ skipMigrations: true }, true],
    [{ skipMigrations: true, plugin: { todo: { skipMigrations: false } } }, false],
    [{ plugin: { todo: { skipMigrations: true } } }, true],
    [{ plugin: { other: { skipMigrations: true } } }, false],
  ])('[DB-10] %j says whether migrations are skipped', (settings, skip) => {
    const { forPlugin } = databases({ client: 'sqlite3', connection: ':memory:', ...settings });

    expect(forPlugin('todo').migrations).toEqual({ skip });
  });

  it('what knex has to say goes to the log of the plugin', async () => {
    const { getClient, logger } = databases();
    const client = await getClient('todo');

    client.client.logger.warn('look out');

    expect(logger.lines).toContain('warn look out');
  });
});

describe('at shutdown', () => {
  it('[SQ1] work that a plugin has begun ends, and does not fail', async () => {
    const { getClient, shutdown } = databases();
    const client = await getClient('todo');
    await client.schema.createTable('things', (table) => table.increments('id'));

    const work = Promise.all(
      Array.from({ length: 50 }, () => client.transaction((trx) => trx('things').insert({}))),
    );
    await shutdown();

    expect(await work).toHaveLength(50);
    await expect(client.raw('select 1')).rejects.toThrow('Unable to acquire a connection');
  });

  it('[SQ1] all databases close, and their files hold everything', async () => {
    const directory = await temporaryDirectory();
    const { getClient, shutdown } = databases({ client: 'sqlite3', connection: { directory } });
    const clients = await Promise.all(['a', 'b'].map(getClient));
    await clients[0]!.schema.createTable('things', (table) => table.increments('id'));

    await shutdown();

    for (const client of clients) {
      await expect(client.raw('select 1')).rejects.toThrow('Unable to acquire a connection');
    }
    expect((await stat(join(directory, 'a.sqlite-wal'))).size).toBe(0);
  });

  it('[SQ1] a client that is being opened closes as well', async () => {
    const { getClient, shutdown } = databases();
    const opening = getClient('todo');

    await shutdown();

    await expect((await opening).raw('select 1')).rejects.toThrow();
  });

  it('a database that is asked for later is refused', async () => {
    const { forPlugin, shutdown } = databases();
    const todo = forPlugin('todo');

    await shutdown();

    await expect(todo.getClient()).rejects.toMatchObject({ code: 'E_DATABASE_CLOSED' });
    await expect(forPlugin('late').getClient()).rejects.toMatchObject({
      code: 'E_DATABASE_CLOSED',
    });
  });
});

describe('a server that does not answer', () => {
  it('is told to each plugin once, in its own name or in that of nobody, with the way to mend it', async () => {
    const { getClient, logger } = databases({
      client: 'pg',
      connection: 'postgres://me:secret@127.0.0.1:1',
    });

    const failures = await Promise.all(
      ['todo', 'other'].map((id) => getClient(id).catch((error: unknown) => error)),
    );

    expect(failures).toEqual([
      expect.objectContaining({ code: 'E_DATABASE_REFUSED', message: refusedFor('todo') }),
      expect.objectContaining({ code: 'E_DATABASE_REFUSED', message: refusedFor('other') }),
    ]);
    // What is around it says all that an explanation in between would say again.
    expect(failures).toMatchObject([
      { cause: { code: 'ECONNREFUSED' } },
      { cause: { code: 'ECONNREFUSED' } },
    ]);
    expect(logger.lines.filter((line) => !line.startsWith('debug'))).toEqual([]);
  });
});

function refusedFor(pluginId: string): string {
  return (
    `Failed to connect to the database to make sure that 'backstage_plugin_${pluginId}' exists, ` +
    'The backend has no connection to the database server (pg at 127.0.0.1:1/postgres): ' +
    'no server answers there, connect ECONNREFUSED 127.0.0.1:1'
  );
}
