import { coreServices, createBackendPlugin } from '@backstage/backend-plugin-api';
import { mockServices, startTestBackend, TestDatabases } from '@backstage/backend-test-utils';
import request from 'supertest';
import { todoPlugin } from '../plugins/todo.mjs';

class TodoStore {
  static async create(database) {
    const client = await database.getClient();
    if (!(await client.schema.hasTable('notes'))) {
      await client.schema.createTable('notes', (table) => table.string('text'));
    }
    return new TodoStore(client);
  }

  constructor(client) {
    this.client = client;
  }

  add(text) {
    return this.client('notes').insert({ text });
  }

  async all() {
    return (await this.client('notes').select()).map(({ text }) => text);
  }
}

describe('a store', () => {
  const databases = TestDatabases.create({ ids: ['SQLITE_3'] });

  it.each(databases.eachSupportedId())('keeps notes, %p', async (databaseId) => {
    const knex = await databases.init(databaseId);
    const store = await TodoStore.create(mockServices.database({ knex }));

    await store.add('one');
    await store.add('two');

    expect(await store.all()).toEqual(['one', 'two']);
  });

  it('has an empty database each time', async () => {
    expect(databases.supports('SQLITE_3')).toBe(true);
    const knex = await databases.init('SQLITE_3');

    const store = await TodoStore.create(
      mockServices.database({ knex, migrations: { skip: true } }),
    );

    expect(await store.all()).toEqual([]);
  });

  it('works with a database service that is a mock', async () => {
    const knex = await databases.init('SQLITE_3');
    const database = mockServices.database.mock({ getClient: async () => knex });

    await TodoStore.create(database);

    expect(database.getClient).toHaveBeenCalledTimes(1);
  });
});

describe('a plugin with a database', () => {
  const databases = TestDatabases.create({ ids: ['SQLITE_3'] });

  it('gets the database of the test', async () => {
    const knex = await databases.init('SQLITE_3');
    const { server } = await startTestBackend({
      features: [todoPlugin, mockServices.database.factory({ knex })],
    });

    await request(server).post('/api/todo/items').send({ title: 'Rest' }).expect(201);

    expect(await knex('todos').select('title')).toEqual([{ title: 'Rest' }]);
  });

  it('has one of its own in each backend', async () => {
    expect([await countAfterOne(), await countAfterOne()]).toEqual([1, 1]);
  });

  it('is told whether to migrate', async () => {
    let migrations;
    const knex = await databases.init('SQLITE_3');
    const plugin = createBackendPlugin({
      pluginId: 'migrating',
      register(env) {
        env.registerInit({
          deps: { database: coreServices.database },
          init: async ({ database }) => void (migrations = database.migrations),
        });
      },
    });

    await startTestBackend({
      features: [plugin, mockServices.database.factory({ knex, migrations: { skip: true } })],
    });

    expect(migrations).toEqual({ skip: true });
  });
});

/** How much a fresh backend has to do when one thing was added. */
async function countAfterOne() {
  const { server } = await startTestBackend({ features: [todoPlugin] });
  await request(server).post('/api/todo/items').send({ title: 'Rest' }).expect(201);
  return (await request(server).get('/api/todo/items')).body.items.length;
}
