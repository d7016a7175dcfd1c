import { BackendError, explain } from '@stagewire/errors';

/** What the configuration of the cache can have wrong, and why a server cannot be used. */
export const cacheErrors = {
  unknownStore: (store: string, supported: readonly string[]) =>
    explain(
      new Error(`Unknown cache store: ${store}`),
      'E_CACHE_STORE',
      `set backend.cache.store to one of ${supported.join(', ')}, or leave it out for memory`,
    ),

  connectionForm: (store: string) =>
    explain(
      new Error(
        `backend.cache.connection object form is only supported when backend.cache.store is 'redis'`,
      ),
      'E_CACHE_CONNECTION',
      store === 'memory'
        ? 'remove backend.cache.connection: the memory store has none'
        : 'write backend.cache.connection as a text',
    ),

  connectionUrl: (store: string, key: string) =>
    new BackendError(
      'E_CACHE_CONNECTION_URL',
      `${key} is not a URL of a ${store} server`,
      `write redis://[[user]:password@]host[:port][/database], or rediss:// for TLS; special characters of the password as in a URL, / as %2F`,
    ),

  memcacheServers: () =>
    new BackendError(
      'E_CACHE_MEMCACHE_SERVERS',
      'backend.cache.connection is not a list of Memcached servers',
      'write [user:password@]host[:port], and commas between several; there is no scheme before the host',
    ),

  separator: (separator: string) =>
    new BackendError(
      'E_CACHE_SEPARATOR',
      `backend.cache.redis.client.keyPrefixSeparator is '${separator}', which could be a part of plugin ids and keys: plugins could read the entries of others`,
      'set it to something with another character than letters and digits, or leave it out for a colon',
    ),

  maxEntries: (value: number) =>
    new BackendError(
      'E_CACHE_MAX_ENTRIES',
      `backend.cache.maxEntries is ${value}, and has to be a whole number of at least 1`,
      'set backend.cache.maxEntries to how many entries the memory store may hold, or leave it out for 10000',
    ),

  driverMissing: (store: string, name: string) =>
    new BackendError(
      'E_CACHE_DRIVER',
      `backend.cache.store is ${store}, and the package ${name} is not installed`,
      `npm install ${name}, in the package of the backend`,
    ),

  unreachable: (store: string, address: string, reason: string) =>
    new BackendError(
      'E_CACHE_UNREACHABLE',
      `the ${store} cache at ${address} cannot be used; until it can, nothing is cached; ${reason}`,
      `check that the server runs, that this machine reaches it, and that both or none of them use TLS; it is tried again on its own`,
    ),

  credentials: (store: string, address: string, reason: string) =>
    new BackendError(
      'E_CACHE_CREDENTIALS',
      `the ${store} cache at ${address} refuses the credentials; nothing is cached; ${reason}`,
      `correct the user and password in backend.cache`,
    ),

  tls: (store: string, address: string, reason: string) =>
    new BackendError(
      'E_CACHE_TLS',
      `the ${store} cache at ${address} cannot be reached through TLS; nothing is cached; ${reason}`,
      `give Node the certificate of your authority with NODE_EXTRA_CA_CERTS, or write redis:// when the server does not use TLS`,
    ),
};
