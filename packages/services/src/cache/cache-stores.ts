import type { Config } from '@stagewire/config';
import type { Keyv } from 'keyv';
import { cacheErrors } from './errors.js';
import { createMemoryStore } from './memory-store.js';

/** Connects one plugin to where entries are kept, apart from the entries of others. */
export type CacheStore = (pluginId: string) => Promise<Keyv>;

const STORES: ReadonlyMap<string, (config: Config) => CacheStore> = new Map([
  ['memory', createMemoryStore],
]);

/**
 * Makes the store that `backend.cache.store` names.
 *
 * @throws `E_CACHE_STORE` when there is no such store here
 */
export function createCacheStore(config: Config): CacheStore {
  const name = config.getOptionalString('backend.cache.store') ?? 'memory';
  const create = STORES.get(name);
  if (!create) throw cacheErrors.unknownStore(name, [...STORES.keys()]);
  return create(config);
}
