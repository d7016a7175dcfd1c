import { coreServices, createServiceFactory } from '@stagewire/plugin-api';
import { CacheManager } from './cache-manager.js';

/**
 * `core.cache`: keeps values for a while, apart for each plugin, in memory.
 *
 * @remarks
 * All plugins of a process together have up to `backend.cache.maxEntries` entries, 10,000 where
 * nothing is configured; beyond that, what was not used for the longest time is forgotten.
 *
 * @public
 */
export const cacheServiceFactory = createServiceFactory({
  service: coreServices.cache,
  deps: {
    rootConfig: coreServices.rootConfig,
    pluginMetadata: coreServices.pluginMetadata,
    rootLogger: coreServices.rootLogger,
  },
  createRootContext: ({ rootConfig, rootLogger }) =>
    CacheManager.create({ config: rootConfig, logger: rootLogger }),
  factory: ({ pluginMetadata }, manager) => manager.forPlugin(pluginMetadata.getId()),
});
