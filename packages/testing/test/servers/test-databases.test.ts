import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { TestDatabases, type TestDatabaseClient } from '../../src/index.js';

const databases = TestDatabases.create({ ids: ['POSTGRES_17', 'MYSQL_8', 'SQLITE_3'] });
afterAll(() => databases.stop());

let migrations = 0;
async function createTodos(client: TestDatabaseClient) {
  migrations += 1;
  await client.schema.createTable('todos', (table) => table.string('title'));
  await client.table('todos').insert({ title: 'first' });
}

async function titles(client: TestDatabaseClient): Promise<string[]> {
  return (await client.select('title').from('todos')).map(({ title }) => title as string);
}

describe.each(databases.eachSupportedId())('a test database, %s', (id) => {
  it('is empty, and apart from all others', async () => {
    const [one, two] = await Promise.all([databases.init(id), databases.init(id)]);
    await createTodos(one);

    expect(await titles(one)).toEqual(['first']);
    expect(await two.schema.hasTable('todos')).toBe(false);
  });

  it('has the tables that are asked for', async () => {
    migrations = 0;
    const [one, two] = await Promise.all([
      databases.init(id, { migrate: createTodos }),
      databases.init(id, { migrate: createTodos }),
    ]);
    await one.table('todos').insert({ title: 'second' });

    expect([await titles(one), await titles(two)]).toEqual([['first', 'second'], ['first']]);
    expect(migrations).toBe(id === 'POSTGRES_17' ? 1 : 2);
  });

  it('is gone in the end, also when the test has closed the client', async () => {
    const own = TestDatabases.create({ ids: [id] });
    const closed = await own.init(id, { migrate: createTodos });
    const client = await own.init(id, { migrate: createTodos });
    await closed.destroy();
    const name: unknown = client.client.config.connection?.database;

    await own.stop();
    await own.stop();

    await expect(client.select(1)).rejects.toThrow();
    if (id === 'SQLITE_3') return;
    const listed = await (
      await databases.init(id)
    )
      .select('*')
      .from(id === 'MYSQL_8' ? 'information_schema.schemata' : 'pg_database');
    expect(JSON.stringify(listed)).not.toContain(String(name).replace(/db\d+$/, ''));
  });

  it('tells why its tables could not be made, and tries again', async () => {
    let attempts = 0;
    const migrate = async () => {
      attempts += 1;
      if (attempts === 1) throw new Error('broken');
    };

    await expect(databases.init(id, { migrate })).rejects.toThrow('broken');
    await databases.init(id, { migrate });
  });
});

describe('TestDatabases', () => {
  it('has SQLite always, and what the environment names', () => {
    const name = 'BACKSTAGE_TEST_DATABASE_POSTGRES12_CONNECTION_STRING';
    process.env[name] = 'postgres://nowhere.invalid';
    onTestFinished(() => void delete process.env[name]);

    const own = TestDatabases.create({ ids: ['POSTGRES_12', 'SQLITE_3'] });

    expect(own.eachSupportedId()).toEqual([['POSTGRES_12'], ['SQLITE_3']]);
    expect([own.supports('POSTGRES_12'), own.supports('MYSQL_8')]).toEqual([true, false]);
  });

  it('refuses an id that cannot be had', async () => {
    const own = TestDatabases.create({ ids: ['SQLITE_3'] });

    await expect(own.init('MYSQL_8')).rejects.toThrow(
      expect.objectContaining({
        code: 'E_TEST_SERVER_ID',
        message:
          'Unsupported test database MYSQL_8 for this environment, possible values are SQLITE_3',
      }),
    );
  });

  it('uses the ids that were set for all', () => {
    TestDatabases.setDefaults({ ids: ['SQLITE_3'] });
    onTestFinished(() => TestDatabases.setDefaults({}));

    expect(TestDatabases.create().eachSupportedId()).toEqual([['SQLITE_3']]);
  });
});
