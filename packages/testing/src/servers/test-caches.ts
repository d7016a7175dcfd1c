import { randomInt } from 'node:crypto';
import type { Keyv } from 'keyv';
import { testingErrors } from '../errors.js';
import { findTestHooks } from '../test-hooks.js';
import { findServers, type Candidate, type Found } from './test-servers.js';

/** The caches that tests run against. @public */
export type TestCacheId = 'MEMORY' | 'REDIS_7' | 'VALKEY_8' | 'MEMCACHED_1';

/** Which caches are used. @public */
export type TestCachesOptions = {
  /** `@default` those of `TestCaches.setDefaults`, else all */
  ids?: readonly TestCacheId[];
  /** Nothing is ever started in Docker; this is here for tests that say so. */
  disableDocker?: boolean;
};

/** A cache of a test. @public */
export type TestCache = {
  /** For `backend.cache.store`. */
  store: string;
  /** For `backend.cache.connection`. */
  connection: string;
  keyv: Keyv;
};

const STORES: Readonly<Record<TestCacheId, string>> = {
  MEMORY: 'memory',
  REDIS_7: 'redis',
  VALKEY_8: 'valkey',
  MEMCACHED_1: 'memcache',
};
const ALL_IDS = Object.keys(STORES) as TestCacheId[];

/**
 * Empty caches for tests, of all kinds that can be had: in memory always, Redis, Valkey and Memcached
 * where a server is.
 *
 * @remarks
 * `BACKSTAGE_TEST_CACHE_REDIS7_CONNECTION_STRING`, and so on for each id, says where the server of an
 * id is. Others are tested with the server that `STAGEWIRE_TEST_REDIS` or `STAGEWIRE_TEST_MEMCACHED`
 * names, or one that answers on this machine: with one of the databases 1 to 15 of Redis, which is
 * emptied. Memcached has no parts, and is not emptied. What is left is left out, and told in a line.
 *
 * Make it outside of tests. Where there is a global `afterAll`, connections are closed by that.
 *
 * @public
 */
export class TestCaches implements AsyncDisposable {
  static #defaultIds: readonly TestCacheId[] = ALL_IDS;

  /** Finds out which caches can be had; none is connected. */
  static create(options: TestCachesOptions = {}): TestCaches {
    const caches = new TestCaches(options.ids ?? TestCaches.#defaultIds);
    findTestHooks().afterAll?.(() => caches.stop());
    return caches;
  }

  /** Says what `create` uses when it is not told: in a set-up file of the tests. */
  static setDefaults(options: { ids?: readonly TestCacheId[] }): void {
    TestCaches.#defaultIds = options.ids ?? ALL_IDS;
  }

  readonly #found: Found<TestCacheId>;
  readonly #opened: TestCache[] = [];

  private constructor(ids: readonly TestCacheId[]) {
    const known = ids.filter((id) => ALL_IDS.includes(id));
    this.#found = findServers(known.map(toCandidate), true);
  }

  /** Whether an id can be had. */
  supports(id: TestCacheId): boolean {
    return this.#found.has(id);
  }

  /** The ids that can be had, in the form that `it.each` takes. */
  eachSupportedId(): Array<[TestCacheId]> {
    return Array.from(this.#found.keys(), (id): [TestCacheId] => [id]);
  }

  /**
   * Connects a cache for a test, and empties it.
   *
   * @throws `E_TEST_SERVER_ID` for an id that cannot be had
   */
  async init(id: TestCacheId): Promise<TestCache> {
    if (!this.supports(id)) throw testingErrors.serverId('cache', id, [...this.#found.keys()]);
    const cache = await openCache(id, this.#found.get(id));
    this.#opened.push(cache);
    return cache;
  }

  /** Closes all connections. A second call finds nothing to do. */
  async stop(): Promise<void> {
    await Promise.all(this.#opened.splice(0).map(({ keyv }) => keyv.disconnect()));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}

function toCandidate(id: TestCacheId): Candidate<TestCacheId> {
  if (id === 'MEMORY') return { id };
  const variable = `BACKSTAGE_TEST_CACHE_${id.replace('_', '')}_CONNECTION_STRING`;
  return { id, variable, kind: id === 'MEMCACHED_1' ? 'memcached' : 'redis' };
}

/** Loads the client only now, as few tests need one. */
async function openCache(id: TestCacheId, url: string | undefined): Promise<TestCache> {
  const { Keyv } = await import('keyv');
  const store = STORES[id];
  if (url === undefined) return { store, connection: 'memory', keyv: new Keyv() };
  if (id === 'MEMCACHED_1') {
    const { KeyvMemcache } = await import('@keyv/memcache');
    const connection = url.replace(/^memcached:\/\//, '');
    return { store, connection, keyv: new Keyv({ store: new KeyvMemcache(connection) }) };
  }
  const connection = withDatabase(url);
  await emptyRedis(connection);
  return { store, connection, keyv: new Keyv({ store: await createStore(id, connection) }) };
}

async function createStore(id: TestCacheId, connection: string) {
  if (id === 'REDIS_7') return new (await import('@keyv/redis')).default(connection);
  return new (await import('@keyv/valkey')).default(connection);
}

/** One that hardly anybody uses at the same time. */
const database = randomInt(1, 16);

/** A URL that names no database gets one, so that what is in the first is not lost. */
function withDatabase(url: string): string {
  const { pathname } = new URL(url);
  return pathname === '' || pathname === '/' ? new URL(`/${database}`, url).href : url;
}

async function emptyRedis(connection: string): Promise<void> {
  const { default: KeyvRedis } = await import('@keyv/redis');
  const store = new KeyvRedis(connection, { noNamespaceAffectsAll: true });
  await store.clear();
  await store.disconnect();
}
