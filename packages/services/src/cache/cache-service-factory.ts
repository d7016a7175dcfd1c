import { coreServices, createServiceFactory } from '@stagewire/plugin-api';
import { CacheManager } from './cache-manager.js';

/**
 * `core.cache`: keeps values for a while, apart for each plugin, in the memory of the process or in
 * the server that `backend.cache` names.
 *
 * @remarks
 * In memory, all plugins of a process together have up to `backend.cache.maxEntries` entries, 10,000
 * where nothing is configured; beyond that, what was not used for the longest time is forgotten.
 *
 * While a server cannot be used, plugins go on without a cache: no call fails, or takes a second.
 * Connections end when the backend stops, after the shutdown hooks of all plugins.
 *
 * @public
 */
export const cacheServiceFactory = createServiceFactory({
  service: coreServices.cache,
  deps: {
    rootConfig: coreServices.rootConfig,
    pluginMetadata: coreServices.pluginMetadata,
    rootLifecycle: coreServices.rootLifecycle,
    rootLogger: coreServices.rootLogger,
  },
  createRootContext: ({ rootConfig, rootLifecycle, rootLogger }) =>
    CacheManager.create({ config: rootConfig, logger: rootLogger, rootLifecycle }),
  factory: ({ pluginMetadata }, manager) => manager.forPlugin(pluginMetadata.getId()),
});
