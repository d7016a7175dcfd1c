import { coreServices, createServiceFactory, type DatabaseService } from '@stagewire/plugin-api';
import { DatabaseManager, databaseServiceFactory } from '@stagewire/services/database';
import { defineFake } from '../fake.js';
import { mockFunction } from '../mock-function.js';
import { fakeLogger } from './logger.js';
import { fakeRootConfig } from './root-config.js';
import { fakeRootLifecycle } from './root-lifecycle.js';

/** A client of knex. */
type Client = Awaited<ReturnType<DatabaseService['getClient']>>;

/** The database that is used. @public */
export type FakeDatabaseOptions = {
  /** A client of the test's own, which is left open. `@default` SQLite in memory, empty */
  knex?: Client;
  migrations?: { skip?: boolean };
};

/** A database of a test. @public */
export interface FakeDatabase extends DatabaseService, AsyncDisposable {}

/**
 * `core.database`: the real one, with SQLite in memory, which opens at the first `getClient()`. Write
 * `await using` for it to be closed; in a backend, all are closed when it stops.
 */
export const fakeDatabase = defineFake({
  service: coreServices.database,
  create: (options: FakeDatabaseOptions = {}): FakeDatabase =>
    options.knex ? borrowDatabase(options.knex, options) : createDatabase(options),
  factory(options) {
    const { knex, migrations } = options ?? {};
    if (!knex) return migrations ? undefined : databaseServiceFactory;
    return createServiceFactory({
      service: coreServices.database,
      deps: {},
      factory: () => borrowDatabase(knex, { migrations }),
    });
  },
  mock: () => ({
    getClient: mockFunction(),
  }),
});

function createDatabase({ migrations }: FakeDatabaseOptions): FakeDatabase {
  const manager = DatabaseManager.create({
    config: fakeRootConfig(),
    rootLifecycle: fakeRootLifecycle(),
  });
  const database = manager.forPlugin('test', { logger: fakeLogger() });
  return {
    getClient: () => database.getClient(),
    migrations: { skip: false, ...migrations },
    [Symbol.asyncDispose]: () => manager.close(),
  };
}

function borrowDatabase(knex: Client, { migrations }: FakeDatabaseOptions): FakeDatabase {
  return {
    getClient: async () => knex,
    migrations: { skip: false, ...migrations },
    [Symbol.asyncDispose]: async () => {},
  };
}
