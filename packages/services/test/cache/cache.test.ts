import { createHash } from 'node:crypto';
import { ConfigReader, type JsonObject } from '@stagewire/config';
import type { CacheService, LoggerService } from '@stagewire/plugin-api';
import type { ServiceFactoryShape } from '@stagewire/plugin-api/internal';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { BoundedMap } from '../../src/cache/bounded-map.js';
import { CacheManager } from '../../src/cache/cache-manager.js';
import { cacheServiceFactory } from '../../src/cache/cache-service-factory.js';
import { fakeLifecycle } from '../support/fake-lifecycle.js';

describe('a cache in memory', () => {
  it('gives back what was set, until it is deleted', async () => {
    const cache = createManager().forPlugin('todo');

    await cache.set('list', { items: [1, null, 'x'] });

    expect(await cache.get('list')).toEqual({ items: [1, null, 'x'] });
    expect(await cache.get('other')).toBeUndefined();
    await cache.delete('list');
    await cache.delete('list');
    expect(await cache.get('list')).toBeUndefined();
  });

  it.each([[null], [0], [''], [false], [':text'], [[]]])('keeps %j', async (value) => {
    const cache = createManager().forPlugin('todo');

    await cache.set('key', value);

    expect(await cache.get('key')).toEqual(value);
  });

  it('shares no object with who set it or got it', async () => {
    const cache = createManager().forPlugin('todo');
    const value = { list: [1] };

    await cache.set('key', value);
    value.list.push(2);
    (await cache.get<{ list: number[] }>('key'))!.list.push(3);

    expect(await cache.get('key')).toEqual({ list: [1] });
  });

  it('[CACHE-6] is one for all plugins, and [CACHE-3] keeps their entries apart', async () => {
    const manager = createManager({ maxEntries: 3 });
    const [todo, other] = [manager.forPlugin('todo'), manager.forPlugin('other')];

    await Promise.all([todo.set('a', 'todo'), other.set('a', 'other')]);
    await other.delete('b');

    expect([await todo.get('a'), await other.get('a')]).toEqual(['todo', 'other']);
    expect(await manager.forPlugin('todo').get('a')).toBe('todo');
    await Promise.all([other.set('b', 1), other.set('c', 2)]);
    expect([await todo.get('a'), await other.get('a')]).toEqual(['todo', undefined]);
  });

  it('[CACHE-3] keeps keys apart however long they are', async () => {
    const cache = createManager().forPlugin('todo');
    const keys = ['x', 'x'.repeat(148), 'x'.repeat(149), 'x'.repeat(10_000), 'é😀\0'];

    for (const [index, key] of keys.entries()) await cache.set(key, index);

    expect(await Promise.all(keys.map((key) => cache.get(key)))).toEqual([0, 1, 2, 3, 4]);
  });
});

describe('how long an entry lives', () => {
  it('[CACHE-2] is for ever where nobody says', async () => {
    const cache = createManager().forPlugin('todo');
    const after = fakeTime();

    await cache.set('key', 1);

    expect(await after(1e12, cache)).toBe(1);
  });

  it.each([
    ['a number of milliseconds', 1000],
    ['a text', '1s'],
    ['an object', { seconds: 1 }],
  ])('[CACHE-1] can be configured as %s', async (_, defaultTtl) => {
    const cache = createManager({ defaultTtl }).forPlugin('todo');
    const after = fakeTime();

    await cache.set('key', 1);

    expect(await after(999, cache)).toBe(1);
    expect(await after(2, cache)).toBeUndefined();
  });

  it('[CACHE-2] is what set says, else withOptions, else the configuration', async () => {
    const cache = createManager({ defaultTtl: 1000 }).forPlugin('todo');
    const shorter = cache.withOptions({ defaultTtl: { milliseconds: 500 } });
    const after = fakeTime();

    await cache.set('configured', 1);
    await shorter.set('by options', 1);
    await shorter.withOptions({}).set('by earlier options', 1);
    await shorter.set('by set', 1, { ttl: { seconds: 5 } });

    expect(await after(600, cache, 'configured')).toBe(1);
    expect(await cache.get('by options')).toBeUndefined();
    expect(await cache.get('by earlier options')).toBeUndefined();
    expect(await after(600, cache, 'by set')).toBe(1);
    expect(await cache.get('configured')).toBeUndefined();
  });
});

describe('the configuration', () => {
  it('[CACHE-1] is refused with a store that there is not', () => {
    expect(() => createManager({ store: 'filing-cabinet' })).toThrow(
      expect.objectContaining({
        message: 'Unknown cache store: filing-cabinet',
        code: 'E_CACHE_STORE',
        fix: expect.stringContaining('memory, redis, valkey, memcache, infinispan'),
      }),
    );
  });

  it.each(['memory', 'valkey', 'memcache', 'infinispan'])(
    '[CACHE-1] is refused with a connection object for %s',
    (store) => {
      expect(() => createManager({ store, connection: { url: 'redis://x' } })).toThrow(
        expect.objectContaining({
          message: `backend.cache.connection object form is only supported when backend.cache.store is 'redis'`,
          code: 'E_CACHE_CONNECTION',
        }),
      );
    },
  );

  it.each([
    ['redis', 'localhost:6379', 'E_CACHE_CONNECTION_URL'],
    ['redis', 'http://:secret@localhost', 'E_CACHE_CONNECTION_URL'],
    ['redis', 'redis://:sec%ret@localhost', 'E_CACHE_CONNECTION_URL'],
    ['redis', 'redis://:secret@localhost/name', 'E_CACHE_CONNECTION_URL'],
    ['redis', { url: 'secret' }, 'E_CACHE_CONNECTION_URL'],
    ['redis', { socket: {} }, 'E_CONFIG_MISSING'],
    ['redis', 5, 'E_CONFIG_TYPE'],
    ['valkey', 'secret', 'E_CACHE_CONNECTION_URL'],
    ['memcache', 'memcached://secret:11211', 'E_CACHE_MEMCACHE_SERVERS'],
    ['memcache', 'secret:99999', 'E_CACHE_MEMCACHE_SERVERS'],
    ['memcache', 'host:11211,,', 'E_CACHE_MEMCACHE_SERVERS'],
  ])('is refused with the %s connection %j, which is not shown', (store, connection, code) => {
    const message = expect.not.stringContaining('sec');
    expect(() => createManager({ store, connection })).toThrow(
      expect.objectContaining({ code, message, stack: message }),
    );
  });

  it.each(['x', 'x1'])(
    'is refused with the separator %s, which plugin ids and keys have',
    (text) => {
      const redis = { client: { keyPrefixSeparator: text } };
      expect(() => createManager({ store: 'redis', redis })).toThrow(
        expect.objectContaining({ code: 'E_CACHE_SEPARATOR' }),
      );
    },
  );

  it.each(['redis', 'valkey'])('[CACHE-4] is told of a %s cluster without nodes', (store) => {
    const lines: string[] = [];

    createManager({ store, [store]: { cluster: { useReplicas: true } } }, lines);

    expect(lines).toEqual([`backend.cache.${store}.cluster is ignored: it has no rootNodes`]);
  });

  it.each(['redis', 'valkey', 'memcache'])('[CACHE-4] is told of a %s without a place', (store) => {
    const lines: string[] = [];

    createManager({ store }, lines);
    createManager({ store, [store]: {} }, lines);
    createManager({ store, connection: store === 'memcache' ? 'x' : 'redis://x' }, lines);

    expect(lines).toEqual([expect.stringContaining(`the ${store} server of this machine is used`)]);
  });

  it.each([0, 1.5, -1])('is refused with room for %d entries', (maxEntries) => {
    expect(() => createManager({ maxEntries })).toThrow(
      expect.objectContaining({ code: 'E_CACHE_MAX_ENTRIES' }),
    );
  });

  it('[CACHE-4] is warned about when it has useRedisSets', () => {
    const lines: string[] = [];

    createManager({ useRedisSets: true }, lines);

    expect(lines).toEqual([expect.stringContaining('useRedisSets')]);
  });
});

describe('a bounded map', () => {
  it('forgets what was not used for the longest time', () => {
    const map = new BoundedMap<number>(2);
    map.set('a', 1);
    map.set('b', 2);

    map.get('a');
    map.set('c', 3);

    expect([map.get('a'), map.get('b'), map.get('c'), map.size]).toEqual([1, undefined, 3, 2]);
  });

  it('counts an entry that is set again once', () => {
    const map = new BoundedMap<number>(2);

    for (const value of [1, 2, 3]) map.set('a', value);
    map.set('b', 4);

    expect([map.get('a'), map.get('b'), map.size]).toEqual([3, 4, 2]);
  });
});

describe('the factory of core.cache', () => {
  it('gives each plugin its own cache in one store', async () => {
    const shape = cacheServiceFactory as unknown as ServiceFactoryShape;
    const rootLifecycle = fakeLifecycle();
    const rootConfig = new ConfigReader({});
    const context = await shape.createRootContext!({ rootConfig, rootLifecycle });
    const create = async (pluginId: string) =>
      (await shape.factory({ pluginMetadata: { getId: () => pluginId } }, context)) as CacheService;

    const todo = await create('todo');
    await todo.set('a', 1);

    expect(await (await create('todo')).get('a')).toBe(1);
    expect(await (await create('other')).get('a')).toBeUndefined();
  });
});

describe('fromConfig', () => {
  it('makes caches in the form of the ecosystem', async () => {
    const manager = CacheManager.fromConfig(new ConfigReader({}));

    await manager.forPlugin('todo').set('a', 1);

    expect(await manager.forPlugin('todo').get('a')).toBe(1);
  });
});

it('[CACHE-3] keys are base64, and its SHA-256 from 200 characters on', async () => {
  const { PluginCache } = await import('../../src/cache/plugin-cache.js');
  const keys: string[] = [];
  const store = { get: async (key: string) => void keys.push(key) };
  const tools = { connect: async () => store as never, toKey: (key: string) => key };
  const cache = new PluginCache(tools, undefined);

  for (const key of ['a b', 'x'.repeat(147), 'x'.repeat(148)]) await cache.get(key);

  expect(keys).toEqual([
    'YSBi',
    Buffer.from('x'.repeat(147)).toString('base64'),
    createHash('sha256').update('x'.repeat(148)).digest('base64'),
  ]);
});

function createManager(cache: JsonObject = {}, lines: string[] = []): CacheManager {
  const logger = { warn: (line: string) => lines.push(line) } as unknown as LoggerService;
  return CacheManager.create({ config: new ConfigReader({ backend: { cache } }), logger });
}

/** Reads an entry some milliseconds later. */
function fakeTime() {
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  return (ms: number, cache: CacheService, key = 'key') => {
    vi.setSystemTime(Date.now() + ms);
    return cache.get(key);
  };
}
