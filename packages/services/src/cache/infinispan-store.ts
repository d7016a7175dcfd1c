import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Config, JsonObject } from '@stagewire/config';
import type { LoggerService } from '@stagewire/plugin-api';
import type { CacheStore } from './cache-stores.js';
import { findSecrets, readConnectionText, warnOfNoConnection } from './connection-settings.js';
import { cacheErrors } from './errors.js';
import { createInfinispanClient, type InfinispanModule } from './infinispan-client.js';
import { StoreConnection } from './store-connection.js';

const SETTINGS = 'backend.cache.infinispan';

/**
 * A cache in Infinispan, with one connection for all plugins. The key of an entry is
 * `<pluginId>:<key>`.
 *
 * @remarks
 * The driver is the package `infinispan` of the application.
 *
 * @throws `E_CACHE_DRIVER` when the application does not have the package
 */
export function createInfinispanStore(config: Config, logger: LoggerService): CacheStore {
  warnOfNoConnection(config, 'infinispan', logger);
  readConnectionText(config);
  const driver = findDriver();
  const servers = readServers(config);
  const options = readOptions(config);
  const load = async () => {
    const module = (await import(pathToFileURL(driver).href)) as { default: InfinispanModule };
    return () => createInfinispanClient(module.default, servers, options);
  };
  const address = servers.map(({ host, port }) => `${host}:${port}`).join(', ');
  const server = { store: 'infinispan', address, secrets: findSecrets(options), load };
  const connection = new StoreConnection(server, logger);
  return {
    toKey: (pluginId, key) => `${pluginId}:${key}`,
    get: (key) => connection.get(key),
    set: (key, value, ttl) => connection.set(key, value, ttl),
    delete: (key) => connection.delete(key),
    close: () => connection.close(),
  };
}

function findDriver(): string {
  for (const place of [join(process.cwd(), 'package.json'), import.meta.url]) {
    try {
      return createRequire(place).resolve('infinispan');
    } catch {
      // The next place may know it.
    }
  }
  throw cacheErrors.driverMissing('infinispan', 'infinispan');
}

function readServers(config: Config): Array<{ host: string; port: number }> {
  const key = `${SETTINGS}.servers`;
  // One server may stand without the list.
  const isList = Array.isArray(config.getOptional(key));
  const one = isList ? undefined : config.getOptionalConfig(key);
  const servers = one ? [one] : (config.getOptionalConfigArray(key) ?? []);
  if (servers.length === 0) return [{ host: '127.0.0.1', port: 11222 }];
  return servers.map((server) => ({
    host: server.getOptionalString('host') ?? '127.0.0.1',
    port: server.getOptionalNumber('port') ?? 11222,
  }));
}

/** Everything but the servers is the driver's, under the names that it has there. */
function readOptions(config: Config): JsonObject {
  const settings = config.getOptionalConfig(SETTINGS)?.get<JsonObject>() ?? {};
  const { servers: _servers, ...options } = settings;
  return { version: '2.9', cacheName: 'cache', ...options };
}
