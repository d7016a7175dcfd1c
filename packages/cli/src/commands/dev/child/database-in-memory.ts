import { ConfigReader } from '@stagewire/config';
import { coreServices, createServiceFactory } from '@stagewire/plugin-api';
import { DatabaseManager } from '@stagewire/services/database';

const IN_MEMORY = new ConfigReader({
  backend: { database: { client: 'better-sqlite3', connection: ':memory:' } },
});

/**
 * `core.database` as it is, with SQLite in memory whatever the configuration says. The data of a
 * plugin is there as long as the process, also when the plugin is replaced.
 */
export const databaseInMemory = createServiceFactory({
  service: coreServices.database,
  deps: {
    logger: coreServices.logger,
    pluginMetadata: coreServices.pluginMetadata,
    rootLifecycle: coreServices.rootLifecycle,
  },
  createRootContext: ({ rootLifecycle }) =>
    DatabaseManager.create({ config: IN_MEMORY, rootLifecycle }),
  factory: ({ logger, pluginMetadata }, manager) =>
    manager.forPlugin(pluginMetadata.getId(), { logger }),
});
