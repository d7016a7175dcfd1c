import type { Config, JsonObject } from '@stagewire/config';
import type { LoggerService } from '@stagewire/plugin-api';
import type { RedisClientOptions, RedisClusterOptions } from '@keyv/redis';
import type { CacheStore } from './cache-stores.js';
import { readCluster } from './cluster-settings.js';
import {
  findSecrets,
  readConnection,
  toServerUrl,
  warnOfNoConnection,
} from './connection-settings.js';
import { cacheErrors } from './errors.js';
import { createRedisClient, createRedisClusterClient } from './redis-client.js';
import type { StoreServer } from './store-client.js';
import { StoreConnection } from './store-connection.js';

const CLIENT = 'backend.cache.redis.client';

/**
 * A cache in a Redis server or cluster, with one connection for all plugins.
 *
 * @remarks
 * The key of an entry is `<pluginId>:<key>`, or `<namespace>:<pluginId>:<key>` where
 * `backend.cache.redis.client.namespace` is set; `keyPrefixSeparator` there stands for the colons.
 */
export function createRedisStore(config: Config, logger: LoggerService): CacheStore {
  warnOfNoConnection(config, 'redis', logger);
  const connection = new StoreConnection(createServer(config, logger), logger);
  const separator = readSeparator(config);
  const namespace = config.getOptionalString(`${CLIENT}.namespace`);
  const prefix = namespace === undefined ? '' : `${namespace}${separator}`;
  return {
    toKey: (pluginId, key) => `${prefix}${pluginId}${separator}${key}`,
    get: (key) => connection.get(key),
    set: (key, value, ttl) => connection.set(key, value, ttl),
    delete: (key) => connection.delete(key),
    close: () => connection.close(),
  };
}

/** Plugin ids and keys are letters and digits: one of these could not tell where an id ends. */
function readSeparator(config: Config): string {
  const separator = config.getOptionalString(`${CLIENT}.keyPrefixSeparator`) ?? ':';
  if (/^[a-z0-9]*$/i.test(separator)) throw cacheErrors.separator(separator);
  return separator;
}

function createServer(config: Config, logger: LoggerService): StoreServer {
  const usesUnlink = config.getOptionalBoolean(`${CLIENT}.useUnlink`) ?? true;
  const cluster = readCluster(config, 'redis', logger);
  if (cluster) {
    const { settings, ...place } = cluster;
    const options = { ...settings, defaults: withLimits(settings.defaults) } as RedisClusterOptions;
    const load = async () => {
      const { createCluster } = await import('@keyv/redis');
      return (onLost: (cause: unknown) => void) =>
        createRedisClusterClient(createCluster(options), usesUnlink, onLost);
    };
    return { store: 'redis', ...place, load };
  }

  const { url = 'redis://localhost:6379', options } = readConnection(config);
  const { address, secrets } = toServerUrl('redis', url);
  const settings = withLimits({ ...options, url });
  const load = async () => {
    const { createClient } = await import('@keyv/redis');
    return (onLost: (cause: unknown) => void) =>
      createRedisClient(createClient(settings), usesUnlink, onLost);
  };
  return { store: 'redis', address, secrets: [...secrets, ...findSecrets(options)], load };
}

/** Keeps the driver from waiting, queueing and connecting again, which is done for all drivers. */
function withLimits(options: JsonObject = {}): RedisClientOptions {
  const { socket, ...rest } = options as { socket?: JsonObject };
  return {
    ...rest,
    disableOfflineQueue: true,
    // The driver writes into what it is given, so each client gets an object of its own.
    socket: { ...socket, connectTimeout: 2_000, reconnectStrategy: false },
  } as RedisClientOptions;
}
