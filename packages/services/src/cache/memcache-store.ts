import { createHash } from 'node:crypto';
import type { Config } from '@stagewire/config';
import type { LoggerService } from '@stagewire/plugin-api';
import type { CacheStore } from './cache-stores.js';
import { readConnectionText, warnOfNoConnection } from './connection-settings.js';
import { cacheErrors } from './errors.js';
import { createMemcacheClient, hashKey } from './memcache-client.js';
import type { StoreServer } from './store-client.js';
import { StoreConnection } from './store-connection.js';

/** What Memcached takes at most; longer keys are kept as their digest. */
const MAX_KEY_LENGTH = 250;

/** `[user:password@]host[:port]` */
const SERVER = /^(?:([^:@/]*):([^:@]*)@)?([\w.-]+)(?::(\d+))?$/;

/**
 * A cache in Memcached, with one connection to each server for all plugins.
 *
 * @remarks
 * The key of an entry is `<pluginId>:<pluginId>:<key>`, as keyv and its store write it. Where there
 * are several servers, each has its part of the keys, and one that fails takes only those along.
 */
export function createMemcacheStore(config: Config, logger: LoggerService): CacheStore {
  warnOfNoConnection(config, 'memcache', logger);
  const servers = readServers(config);
  const connections = servers.map((server) => new StoreConnection(server, logger));
  const connectionOf = (key: string) => connections[hashKey(key) % connections.length]!;
  return {
    toKey,
    get: (key) => connectionOf(key).get(key),
    set: (key, value, ttl) => connectionOf(key).set(key, value, ttl),
    delete: (key) => connectionOf(key).delete(key),
    close: () => connections.forEach((connection) => connection.close()),
  };
}

function toKey(pluginId: string, key: string): string {
  const whole = `${pluginId}:${pluginId}:${key}`;
  if (whole.length <= MAX_KEY_LENGTH) return whole;
  // Without a colon, it can be nobody's whole key.
  return createHash('sha256').update(whole).digest('base64');
}

function readServers(config: Config): StoreServer[] {
  const connection = readConnectionText(config) ?? 'localhost:11211';
  return connection.split(',').map((text) => {
    const [, , password = '', host, port = '11211'] = SERVER.exec(text.trim()) ?? [];
    if (host === undefined || Number(port) > 65_535) throw cacheErrors.memcacheServers();
    const load = async () => {
      const { KeyvMemcache } = await import('@keyv/memcache');
      return (onLost: (cause: unknown) => void) =>
        createMemcacheClient(KeyvMemcache, text.trim(), onLost);
    };
    const secrets = password === '' ? [] : [password];
    return { store: 'memcache', address: `${host}:${port}`, secrets, load };
  });
}
