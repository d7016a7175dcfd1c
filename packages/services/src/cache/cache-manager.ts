import type { Config } from '@stagewire/config';
import type { CacheService, LoggerService, RootLifecycleService } from '@stagewire/plugin-api';
import type { Keyv } from 'keyv';
import { readMilliseconds } from '../http/duration.js';
import { createCacheStore, type CacheStore } from './cache-stores.js';
import { PluginCache } from './plugin-cache.js';

/**
 * Gives each plugin a cache, as `backend.cache` says.
 *
 * @remarks
 * Drivers load, and servers are connected, when the first plugin uses its cache; all plugins share
 * what is connected then. A server that cannot be used makes no call fail: what is read is not
 * there, what is written is not kept, and the logger is told when that begins and when it ends.
 *
 * @public
 */
export class CacheManager {
  readonly #store: CacheStore;
  readonly #defaultTtl: number | undefined;
  #keyv: Promise<Keyv> | undefined;

  /**
   * Makes the one cache manager of a backend.
   *
   * @param options - `rootLifecycle`: connections end in its shutdown hooks, after those of plugins;
   *   without it, in {@link CacheManager.close}
   * @throws an error with a code that begins with `E_CACHE_` or `E_CONFIG_` when the configuration
   *   is wrong
   */
  static create(options: {
    config: Config;
    logger: LoggerService;
    rootLifecycle?: Pick<RootLifecycleService, 'addShutdownHook'>;
  }): CacheManager {
    const { config, logger, rootLifecycle } = options;
    if (config.has('backend.cache.useRedisSets')) {
      logger.warn('backend.cache.useRedisSets has no effect any more, and can be removed');
    }
    const manager = new CacheManager(
      createCacheStore(config, logger),
      readMilliseconds(config, 'backend.cache.defaultTtl'),
    );
    rootLifecycle?.addShutdownHook(() => manager.close());
    return manager;
  }

  /**
   * {@link CacheManager.create} in the form of the ecosystem.
   *
   * @param options - `logger`: without it, nothing is told; `onError`: told why a server cannot be
   *   used, once for each reason and each time that it goes
   */
  static fromConfig(
    config: Config,
    options: { logger?: LoggerService; onError?: (error: Error) => void } = {},
  ): CacheManager {
    const { logger = SILENT, onError } = options;
    return CacheManager.create({ config, logger: onError ? hear(logger, onError) : logger });
  }

  private constructor(store: CacheStore, defaultTtl: number | undefined) {
    this.#store = store;
    this.#defaultTtl = defaultTtl;
  }

  /** The cache of a plugin. A second call gives another one of the same entries. */
  forPlugin(pluginId: string): CacheService {
    const toKey = (key: string) => this.#store.toKey(pluginId, key);
    return new PluginCache({ connect: () => this.#connect(), toKey }, this.#defaultTtl);
  }

  /** Ends all connections. From then on, what is read is not there, and nothing is kept. */
  close(): void {
    this.#store.close();
  }

  #connect(): Promise<Keyv> {
    this.#keyv ??= openKeyv(this.#store);
    return this.#keyv;
  }
}

/** keyv writes values together with the end of their time, as all backends of the ecosystem do. */
async function openKeyv(store: CacheStore): Promise<Keyv> {
  const { Keyv } = await import('keyv');
  const { get, set, delete: remove } = store;
  // Without a namespace: it is a field of a store, and the last of several plugins would set it for
  // all of them. Keys are whole when they come here.
  return new Keyv({
    store: { get, set, delete: remove, clear() {} },
    namespace: '',
    useKeyPrefix: false,
    throwOnErrors: true,
    emitErrors: false,
  });
}

const SILENT: LoggerService = {
  error() {},
  warn() {},
  info() {},
  debug() {},
  child: () => SILENT,
};

/** A logger that tells somebody the errors as well. */
function hear(logger: LoggerService, onError: (error: Error) => void): LoggerService {
  return {
    error(message, meta) {
      logger.error(message, meta as Error);
      if (meta instanceof Error) onError(meta);
    },
    warn: (message, meta) => logger.warn(message, meta as Error),
    info: (message, meta) => logger.info(message, meta as Error),
    debug: (message, meta) => logger.debug(message, meta as Error),
    child: (fields) => hear(logger.child(fields), onError),
  };
}
