import type { Config, JsonObject } from '@stagewire/config';
import type { LoggerService } from '@stagewire/plugin-api';
import type { CacheStore } from './cache-stores.js';
import { readCluster } from './cluster-settings.js';
import { readConnectionText, toServerUrl, warnOfNoConnection } from './connection-settings.js';
import type { StoreServer } from './store-client.js';
import { StoreConnection } from './store-connection.js';
import { loadClient, loadCluster, type ValkeyOptions } from './valkey-client.js';

/** Keeps the driver from waiting, queueing and connecting again, which is done for all drivers. */
const LIMITS: ValkeyOptions = {
  lazyConnect: true,
  connectTimeout: 2_000,
  enableOfflineQueue: false,
  retryStrategy: () => null,
};

/**
 * A cache in a Valkey server or cluster, with one connection for all plugins.
 *
 * @remarks
 * The key of an entry is `<keyPrefix><pluginId>:<key>`; `backend.cache.valkey.client.keyPrefix` is
 * empty where it is not set, and may be set as `backend.cache.valkey.keyPrefix` too.
 */
export function createValkeyStore(config: Config, logger: LoggerService): CacheStore {
  warnOfNoConnection(config, 'valkey', logger);
  const connection = new StoreConnection(createServer(config, logger), logger);
  const prefix =
    config.getOptionalString('backend.cache.valkey.client.keyPrefix') ??
    config.getOptionalString('backend.cache.valkey.keyPrefix') ??
    '';
  return {
    toKey: (pluginId, key) => `${prefix}${pluginId}:${key}`,
    get: (key) => connection.get(key),
    set: (key, value, ttl) => connection.set(key, value, ttl),
    delete: (key) => connection.delete(key),
    close: () => connection.close(),
  };
}

function createServer(config: Config, logger: LoggerService): StoreServer {
  const cluster = readCluster(config, 'valkey', logger);
  if (cluster) {
    const { settings, ...place } = cluster;
    const load = async () => {
      const createCluster = await loadCluster();
      return (onLost: (cause: unknown) => void) =>
        createCluster(settings.rootNodes.map(toNode), toClusterOptions(settings), onLost);
    };
    return { store: 'valkey', ...place, load };
  }

  const text = readConnectionText(config) ?? 'redis://localhost:6379';
  // Valkey has schemes of its own, which its driver does not know yet.
  const { url, ...place } = toServerUrl('valkey', text.replace(/^valkey(s?):/, 'redis$1:'));
  const load = async () => {
    const createClient = await loadClient();
    return (onLost: (cause: unknown) => void) => createClient(url, LIMITS, onLost);
  };
  return { store: 'valkey', ...place, load };
}

/** From the form that both stores have to the one that this driver has. */
function toNode({ url, socket, ...rest }: JsonObject): unknown {
  if (url !== undefined) return url;
  return { ...rest, ...(socket as JsonObject | undefined) };
}

function toClusterOptions(settings: JsonObject & { defaults?: JsonObject }): ValkeyOptions {
  const { defaults, useReplicas, maxCommandRedirections } = settings;
  return {
    lazyConnect: true,
    enableOfflineQueue: false,
    clusterRetryStrategy: () => null,
    ...(useReplicas === true && { scaleReads: 'all' }),
    ...(maxCommandRedirections !== undefined && { maxRedirections: maxCommandRedirections }),
    redisOptions: { ...defaults, ...LIMITS },
  };
}
