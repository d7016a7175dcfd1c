import type { Config } from '@stagewire/config';
import type { LoggerService } from '@stagewire/plugin-api';
import { cacheErrors } from './errors.js';
import { createInfinispanStore } from './infinispan-store.js';
import { createMemcacheStore } from './memcache-store.js';
import { createMemoryStore } from './memory-store.js';
import { createRedisStore } from './redis-store.js';
import { createValkeyStore } from './valkey-store.js';

/** Where the entries of all plugins are kept. It has the methods that keyv asks a store for. */
export interface CacheStore {
  /**
   * The key of an entry among those of all plugins: no two pairs of a plugin and a key have the
   * same one.
   *
   * @param key - in the alphabet of base64
   */
  toKey(pluginId: string, key: string): string;

  get(key: string): string | undefined | Promise<string | undefined>;

  /** @param ttl - in milliseconds; without it, the entry stays */
  set(key: string, value: string, ttl?: number): unknown;

  delete(key: string): unknown;

  /** Ends connections. What is asked later finds nothing. */
  close(): void;
}

type CreateStore = (config: Config, logger: LoggerService) => CacheStore;

const STORES: ReadonlyMap<string, CreateStore> = new Map([
  ['memory', createMemoryStore],
  ['redis', createRedisStore],
  ['valkey', createValkeyStore],
  ['memcache', createMemcacheStore],
  ['infinispan', createInfinispanStore],
]);

/**
 * Makes the store that `backend.cache.store` names. Nothing is connected before it is used.
 *
 * @throws `E_CACHE_STORE` when there is no such store; what the store finds wrong with its part of
 *   the configuration
 */
export function createCacheStore(config: Config, logger: LoggerService): CacheStore {
  const name = config.getOptionalString('backend.cache.store') ?? 'memory';
  const create = STORES.get(name);
  if (!create) throw cacheErrors.unknownStore(name, [...STORES.keys()]);
  return create(config, logger);
}
