import { durationToMilliseconds, readDurationFromConfig, type Config } from '@stagewire/config';
import type { CacheService, LoggerService } from '@stagewire/plugin-api';
import type { Keyv } from 'keyv';
import { createCacheStore, type CacheStore } from './cache-stores.js';
import { PluginCache } from './plugin-cache.js';

/**
 * Gives each plugin a cache, as `backend.cache` says.
 *
 * @remarks
 * A plugin is connected when it first uses its cache. One that cannot be connected is tried again
 * at the next use.
 *
 * @public
 */
export class CacheManager {
  readonly #store: CacheStore;
  readonly #defaultTtl: number | undefined;

  /** @throws `E_CACHE_STORE`, `E_CACHE_CONNECTION`, `E_CACHE_MAX_ENTRIES`, `E_CONFIG_DURATION` */
  static create(options: { config: Config; logger: LoggerService }): CacheManager {
    const { config, logger } = options;
    if (config.has('backend.cache.useRedisSets')) {
      logger.warn('backend.cache.useRedisSets has no effect any more, and can be removed');
    }
    return new CacheManager(createCacheStore(config), readDefaultTtl(config));
  }

  private constructor(store: CacheStore, defaultTtl: number | undefined) {
    this.#store = store;
    this.#defaultTtl = defaultTtl;
  }

  /** The cache of a plugin. A second call gives another one of the same entries. */
  forPlugin(pluginId: string): CacheService {
    let connection: Promise<Keyv> | undefined;
    const connect = () => {
      connection ??= this.#store(pluginId).catch((error: unknown) => {
        connection = undefined;
        throw error;
      });
      return connection;
    };
    return new PluginCache(connect, this.#defaultTtl);
  }
}

function readDefaultTtl(config: Config): number | undefined {
  const key = 'backend.cache.defaultTtl';
  const value = config.getOptional(key);
  if (value === undefined || typeof value === 'number') return value;
  return durationToMilliseconds(readDurationFromConfig(config, { key }));
}
