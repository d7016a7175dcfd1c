import { afterAll, describe, expect, it } from 'vitest';
import { CacheManager } from '@stagewire/services/cache';
import { mockServices, TestCaches } from '../../src/index.js';

const caches = TestCaches.create();
afterAll(() => caches.stop());

describe.each(caches.eachSupportedId())('a test cache, %s', (id) => {
  it('keeps values', async () => {
    const { keyv } = await caches.init(id);

    await keyv.set('a', { b: 1 });

    expect(await keyv.get('a')).toEqual({ b: 1 });
  });

  it('is configured by its store and connection', async () => {
    const { store, connection } = await caches.init(id);
    const rootLifecycle = mockServices.rootLifecycle();
    const config = mockServices.rootConfig({ data: { backend: { cache: { store, connection } } } });
    const logger = mockServices.rootLogger();
    const cache = CacheManager.create({ config, logger, rootLifecycle }).forPlugin('test');

    await cache.set('a', [1]);

    expect(await cache.get('a')).toEqual([1]);
    expect(logger.lines.filter(({ level }) => level === 'error')).toEqual([]);
    await rootLifecycle.shutdown();
  });

  // A server of Memcached can only be emptied as a whole, which others may use too.
  if (id === 'MEMCACHED_1') return;

  it('is empty', async () => {
    await (await caches.init(id)).keyv.set('a', 1);

    const { keyv } = await caches.init(id);

    expect(await keyv.get('a')).toBeUndefined();
  });
});

describe('TestCaches', () => {
  it('has memory always, and refuses what cannot be had', async () => {
    const own = TestCaches.create({ ids: ['MEMORY'] });

    expect([own.supports('MEMORY'), own.supports('REDIS_7')]).toEqual([true, false]);
    await expect(own.init('REDIS_7')).rejects.toThrow(
      expect.objectContaining({ code: 'E_TEST_SERVER_ID' }),
    );
  });
});
