import { BackendError, explain } from '@stagewire/errors';

/** What the configuration of the cache can have wrong. */
export const cacheErrors = {
  unknownStore: (store: string, supported: readonly string[]) =>
    explain(
      new Error(`Unknown cache store: ${store}`),
      'E_CACHE_STORE',
      `set backend.cache.store to one of ${supported.join(', ')}, or leave it out for memory`,
    ),

  connectionForm: () =>
    explain(
      new Error(
        `backend.cache.connection object form is only supported when backend.cache.store is 'redis'`,
      ),
      'E_CACHE_CONNECTION',
      'remove backend.cache.connection: the memory store has none',
    ),

  maxEntries: (value: number) =>
    new BackendError(
      'E_CACHE_MAX_ENTRIES',
      `backend.cache.maxEntries is ${value}, and has to be a whole number of at least 1`,
      'set backend.cache.maxEntries to how many entries the memory store may hold, or leave it out for 10000',
    ),
};
