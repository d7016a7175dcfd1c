import { describe, expect, it } from 'vitest';
import { databaseServiceFactory } from '@stagewire/services/database';
import { connectionsServiceFactory, eventsServiceFactory } from '@stagewire/services';
import { makeFrom } from '../../src/fake.js';
import { mockServices } from '../../src/index.js';
import { describeBoth } from './both.js';

describeBoth(
  'database',
  {
    real: async () => {
      const rootLifecycle = mockServices.rootLifecycle();
      const database = await makeFrom(databaseServiceFactory, {
        rootConfig: mockServices.rootConfig(),
        lifecycle: mockServices.lifecycle(),
        logger: mockServices.logger(),
        pluginMetadata: mockServices.pluginMetadata(),
        rootLifecycle,
        rootLogger: mockServices.rootLogger(),
      });
      return { database, close: () => rootLifecycle.shutdown() };
    },
    fake: () => {
      const database = mockServices.database();
      return { database, close: async () => database[Symbol.asyncDispose]() };
    },
  },
  (make) => {
    it('DB-1 gives one client, until it is closed', async () => {
      const { database, close } = await make();
      const client = await database.getClient();
      await client.schema.createTable('todos', (table) => table.text('title'));
      await client.table('todos').insert({ title: 'tests' });

      expect(await (await database.getClient()).select('title').from('todos')).toEqual([
        { title: 'tests' },
      ]);
      expect(database.migrations).toEqual({ skip: false });
      await close();
      await expect(database.getClient()).rejects.toThrow();
    });
  },
);

describe('the fake database', () => {
  it('takes a client of the test, and leaves it open', async () => {
    await using own = mockServices.database();
    const knex = await own.getClient();
    const migrations = { skip: true };
    {
      await using database = mockServices.database({ knex, migrations });

      expect(await database.getClient()).toBe(knex);
      expect(database.migrations).toEqual({ skip: true });
    }
    expect(await knex.raw('select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('gives that client to all plugins of a backend', async () => {
    await using own = mockServices.database();
    const knex = await own.getClient();

    const database = await makeFrom(mockServices.database.factory({ knex }), {});

    expect(await database.getClient()).toBe(knex);
  });
});

const fail = () => Promise.reject(new Error('broken'));

describeBoth(
  'events',
  {
    real: async () => {
      const rootLogger = mockServices.rootLogger();
      const events = await makeFrom(eventsServiceFactory, {
        pluginMetadata: mockServices.pluginMetadata(),
        rootLogger,
        discovery: mockServices.discovery(),
        logger: rootLogger,
        lifecycle: mockServices.lifecycle(),
        auth: mockServices.auth(),
        config: mockServices.rootConfig({ data: { events: { useEventBus: 'never' } } }),
      });
      return { events, logger: rootLogger };
    },
    fake: () => {
      const logger = mockServices.rootLogger();
      return { events: mockServices.events({ logger }), logger };
    },
  },
  (make) => {
    it('EV-1 waits for all subscribers of the topic, and logs those that fail', async () => {
      const { events, logger } = await make();
      const heard: unknown[] = [];
      const hear = async ({ eventPayload }: { eventPayload: unknown }) =>
        void heard.push(eventPayload);
      await events.subscribe({ id: 'one', topics: ['a', 'b'], onEvent: hear });
      await events.subscribe({ id: 'two', topics: ['a'], onEvent: fail });

      await events.publish({ topic: 'a', eventPayload: 1 });
      await events.publish({ topic: 'b', eventPayload: 2 });
      await events.publish({ topic: 'c', eventPayload: 3 });

      expect(heard).toEqual([1, 2]);
      expect(logger.lines.map(({ level, message }) => [level, message])).toEqual([
        // EV-2
        ['warn', 'Subscriber "test.two" failed to process event for topic "a"'],
      ]);
    });
  },
);

describe('the fake events', () => {
  it('keep what is published', async () => {
    const events = mockServices.events();

    await events.publish({ topic: 'a', eventPayload: 1 });

    expect(events.published).toEqual([{ topic: 'a', eventPayload: 1 }]);
  });
});

const connections = [
  { type: 'github', host: 'github.com', auth: [{ method: 'token', token: 'abc' }] },
];

describeBoth(
  'connections',
  {
    real: () =>
      makeFrom(connectionsServiceFactory, {
        config: mockServices.rootConfig({ data: { connections } }),
        rootLogger: mockServices.rootLogger(),
        plugin: mockServices.pluginMetadata(),
      }),
    fake: () => mockServices.connections({ connections }),
  },
  (make) => {
    const query = { url: 'https://github.com/org/repository' };

    it('CON-1 finds a connection, with a way to sign in where one is asked for', async () => {
      const service = await make();

      const info = await service.find({ type: 'github', query });
      const whole = await service.find({ type: 'github', query, authMethods: ['token'] });

      expect(info).not.toHaveProperty('auth');
      expect(whole.auth).toMatchObject({ method: 'token', token: 'abc' });
    });

    it('CON-1 CON-8 tells what it does not find', async () => {
      const service = await make();

      await expect(service.find({ type: 'gitlab', query })).rejects.toThrow(
        'Connection not found for type "gitlab"',
      );
      await expect(service.find({ type: 'github', query, authMethods: ['app'] })).rejects.toThrow(
        'Connection not found for type "github" with auth method "token"',
      );
    });
  },
);
