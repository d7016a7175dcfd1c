import { coreServices, createServiceFactory } from '@stagewire/plugin-api';
import { DatabaseManager } from './database-manager.js';

/**
 * `core.database`: a database for each plugin, as `backend.database` says; without it, SQLite in
 * memory.
 *
 * @remarks
 * Nothing is opened, and no driver loaded, before a plugin asks for its client. All databases close
 * when the backend stops, after the shutdown hooks of all plugins.
 *
 * @public
 */
export const databaseServiceFactory = createServiceFactory({
  service: coreServices.database,
  // The ones that backends of the ecosystem document; SQLite alone does not use all of them.
  deps: {
    rootConfig: coreServices.rootConfig,
    lifecycle: coreServices.lifecycle,
    logger: coreServices.logger,
    pluginMetadata: coreServices.pluginMetadata,
    rootLifecycle: coreServices.rootLifecycle,
    rootLogger: coreServices.rootLogger,
  },
  createRootContext: ({ rootConfig, rootLifecycle }) =>
    DatabaseManager.create({ config: rootConfig, rootLifecycle }),
  factory: ({ logger, pluginMetadata }, manager) =>
    manager.forPlugin(pluginMetadata.getId(), { logger }),
});
