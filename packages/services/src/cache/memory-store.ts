import type { Config } from '@stagewire/config';
import { BoundedMap } from './bounded-map.js';
import type { CacheStore } from './cache-stores.js';
import { readConnectionText } from './connection-settings.js';
import { cacheErrors } from './errors.js';

/** How many entries the plugins of a process have together where nothing else is configured. */
const MAX_ENTRIES = 10_000;

/**
 * A cache in the memory of the process, shared by all plugins under their own names, and empty
 * after a restart.
 *
 * @remarks
 * It holds up to `backend.cache.maxEntries` entries; beyond that, the one that was not used for the
 * longest time goes. What has expired goes when it is asked for, or in this way.
 */
export function createMemoryStore(config: Config): CacheStore {
  const maxEntries = config.getOptionalNumber('backend.cache.maxEntries') ?? MAX_ENTRIES;
  if (!Number.isInteger(maxEntries) || maxEntries < 1) throw cacheErrors.maxEntries(maxEntries);
  // It connects to nothing, but an object there is a sign of another store that was meant.
  readConnectionText(config);

  const entries = new BoundedMap<string>(maxEntries);
  return {
    toKey: (pluginId, key) => `${pluginId}:${key}`,
    get: (key) => entries.get(key),
    set: (key, value) => entries.set(key, value),
    delete: (key) => entries.delete(key),
    close: () => entries.clear(),
  };
}
