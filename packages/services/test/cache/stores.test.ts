import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createClient } from '@redis/client';
import { ConfigReader, type JsonObject } from '@stagewire/config';
import type { CacheService } from '@stagewire/plugin-api';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { CacheManager } from '../../src/cache/cache-manager.js';
import { recordingLogger } from '../support/line-logger.js';
import { describeWithService } from '../support/test-services.js';
import { installFakeInfinispan } from './fake-infinispan.js';
import { describeWithProgram, findFreePort, startCluster } from './own-server.js';

describe('the memory store', () => keepsTheContract(() => ({})));

describeWithService('redis', 'the redis store', (connection) => {
  keepsTheContract(() => ({ store: 'redis', connection, redis: {} }));

  it('[CACHE-3] has the keys of the ecosystem', async () => {
    const { keysOf } = await connectToRedis(connection);
    const namespace = randomUUID();
    const write = async (client: JsonObject) => {
      const cache = createCache({ store: 'redis', connection, redis: { client } })('todo');
      await cache.set('a b', 1);
    };

    await write({ namespace });
    await write({ namespace, keyPrefixSeparator: '::' });

    expect(await keysOf(namespace)).toEqual([`${namespace}::todo::YSBi`, `${namespace}:todo:YSBi`]);
  });

  it('[CACHE-3] has the values of keyv, and lets the server forget', async () => {
    const { redis } = await connectToRedis(connection);
    const id = `todo-${randomUUID()}`;
    const cache = createCache({ store: 'redis', connection, redis: {} })(id);

    await cache.set('key', ['ä'], { ttl: 59_999.5 });
    await cache.set('for ever', 1);

    const [key, forEver] = [`${id}:a2V5`, `${id}:Zm9yIGV2ZXI=`];
    const { value, expires } = JSON.parse((await redis.get(key))!);
    expect(value).toEqual(['ä']);
    expect(Math.abs(expires - Date.now() - 60_000)).toBeLessThan(10_000);
    expect(await redis.pTTL(key)).toBeGreaterThan(50_000);
    expect(await redis.pTTL(key)).toBeLessThanOrEqual(60_000);
    expect(await redis.pTTL(forEver)).toBe(-1);
  });

  it('reads what another backend wrote, and takes what is unreadable for nothing', async () => {
    const { redis } = await connectToRedis(connection);
    const id = `todo-${randomUUID()}`;
    const cache = createCache({ store: 'redis', connection, redis: {} })(id);
    await redis.set(`${id}:a2V5`, '{"value":"theirs","expires":null}', { EX: 60 });
    await redis.set(`${id}:YmFk`, 'no JSON', { EX: 60 });

    expect([await cache.get('key'), await cache.get('bad')]).toEqual(['theirs', undefined]);
  });

  it('takes an object with url and what else its client takes', async () => {
    const options = { url: connection, name: `stagewire-${randomUUID().slice(0, 8)}` };
    const cache = createCache({ store: 'redis', connection: options, redis: {} })('todo');
    const { redis } = await connectToRedis(connection);

    await cache.get('key');

    expect(await redis.sendCommand(['CLIENT', 'LIST'])).toContain(`name=${options.name} `);
  });

  it('can be told to delete at once', async () => {
    const redis = { client: { useUnlink: false } };
    const cache = createCache({ store: 'redis', connection, redis })(randomUUID());
    await cache.set('key', 1);

    await cache.delete('key');

    expect(await cache.get('key')).toBeUndefined();
  });
});

describeWithService('redis', 'the valkey store', (connection) => {
  keepsTheContract(() => ({ store: 'valkey', connection, valkey: {} }));

  it.each([
    ['client.keyPrefix', (keyPrefix: string) => ({ client: { keyPrefix } })],
    ['keyPrefix', (keyPrefix: string) => ({ keyPrefix })],
  ])('[CACHE-3] has the plugin in its keys, and %s before it', async (_, toSettings) => {
    const { keysOf } = await connectToRedis(connection);
    const prefix = `${randomUUID()}/`;
    const valkey = toSettings(prefix);

    await createCache({ store: 'valkey', connection, valkey })('todo').set('a b', 1);

    expect(await keysOf(prefix)).toEqual([`${prefix}todo:YSBi`]);
  });

  it('takes the scheme of Valkey', async () => {
    const url = connection.replace('redis:', 'valkey:');
    const cache = createCache({ store: 'valkey', connection: url, valkey: {} })(randomUUID());

    await cache.set('key', 1);

    expect(await cache.get('key')).toBe(1);
  });
});

describeWithService('memcached', 'the memcache store', (url) => {
  const connection = new URL(url).host;
  keepsTheContract(() => ({ store: 'memcache', connection, memcache: {} }));

  it.each([
    ['short', 1, /^HD t1$/],
    ['whole', 60_000, /^HD t(60|59|58)$/],
    ['for ever', undefined, /^HD t-1$/],
    ['0, which is for ever', 0, /^HD t-1$/],
    ['of 31 days', 31 * 24 * 3_600_000, /^HD t2678\d\d\d$/],
    ['of a thousand years', 1000 * 365 * 24 * 3_600_000, /^HD t-1$/],
  ])('asks the server to keep an entry for a time that is %s', async (_, ttl, answer) => {
    const id = `todo-${randomUUID().slice(0, 8)}`;
    const cache = createCache({ store: 'memcache', connection, memcache: {} })(id);

    await cache.set('key', 'value', ttl === undefined ? {} : { ttl });

    expect(await askMemcached(connection, `mg ${id}:${id}:a2V5 t`)).toMatch(answer);
  });

  it('keeps a key of a plugin whose id is long', async () => {
    const long = createCache({ store: 'memcache', connection, memcache: {} })(
      randomUUID().repeat(9),
    );

    await long.set('x'.repeat(140), 1);

    expect(await long.get('x'.repeat(140))).toBe(1);
  });

  it('does not keep what is too large, says so once, and forgets what was there', async () => {
    const logger = recordingLogger();
    const cache = createCache(
      { store: 'memcache', connection, memcache: {} },
      logger,
    )(randomUUID());
    await cache.set('key', 'small');

    await cache.set('key', 'x'.repeat(2_000_000));
    await cache.set('key', 'x'.repeat(2_000_000));

    expect(await cache.get('key')).toBeUndefined();
    expect(logger.lines.map((line) => line.slice(0, 60))).toEqual([
      expect.stringMatching(/^warn The memcache cache at .* refuses/),
      expect.stringMatching(/^debug The memcache cache at .* refuses/),
    ]);
    await cache.set('key', 'small');
    expect(await cache.get('key')).toBe('small');
  });
});

// Against a fake of its driver: what Infinispan itself does is not tested here.
describe('the infinispan store', () => {
  keepsTheContract(
    () => ({}),
    (settings) => createOnInfinispan({ infinispan: {}, ...settings }).manager,
  );

  it('[CACHE-4] hands all settings but the servers to its driver, once for all plugins', async () => {
    const authentication = { enabled: true, saslMechanism: 'PLAIN', userName: 'a', password: 'b' };
    const servers = [{ host: 'one', port: 1 }, { host: 'two' }];
    const { manager, fake } = createOnInfinispan({
      infinispan: { servers, cacheName: 'mine', authentication },
    });

    await Promise.all([manager.forPlugin('a').get('key'), manager.forPlugin('b').get('key')]);

    const places = [
      { host: 'one', port: 1 },
      { host: 'two', port: 11222 },
    ];
    const options = { version: '2.9', cacheName: 'mine', authentication };
    expect(fake.calls).toEqual([[places, options]]);
    manager.close();
    await vi.waitFor(() => expect(fake.open).toBe(0));
  });

  it('[CACHE-4] takes one server without a list, and that of this machine without a word', async () => {
    for (const [infinispan, place] of [
      [{ servers: { host: 'one' } }, { host: 'one', port: 11222 }],
      [{}, { host: '127.0.0.1', port: 11222 }],
    ] as const) {
      const { manager, fake } = createOnInfinispan({ infinispan });

      await manager.forPlugin('a').get('key');

      expect(fake.calls).toEqual([[[place], { version: '2.9', cacheName: 'cache' }]]);
    }
  });

  it('keeps entries under plugin and key, for whole milliseconds', async () => {
    const { manager, fake } = createOnInfinispan({ infinispan: {} });

    await manager.forPlugin('todo').set('a b', 1, { ttl: 59_999.5 });
    await manager.forPlugin('todo').set('c', 1);

    expect(fake.entries.get('todo:YSBi')?.options).toEqual({ lifespan: '60000ms' });
    expect(fake.entries.get('todo:Yw==')?.options).toBeUndefined();
  });

  it('[CACHE-5] finds nothing while the server is away, and is back after it', async () => {
    const { manager, fake, lines } = createOnInfinispan({ infinispan: {} });
    const cache = manager.forPlugin('todo');
    await cache.set('key', 1);

    fake.failure = new Error('no connection');

    expect([await cache.get('key'), await cache.set('key', 2)]).toEqual([undefined, undefined]);
    fake.failure = undefined;
    await vi.waitFor(async () => expect(await cache.get('key')).toBe(1), { timeout: 5_000 });
    expect(lines.map((line) => line.replace(/after .*/, ''))).toEqual([
      'error Lost the infinispan cache',
      'info The infinispan cache at 127.0.0.1:11222 answers again, ',
    ]);
  });

  it('is refused where its driver is not installed, with what to type', () => {
    expect(() => createCache({ store: 'infinispan', infinispan: {} })).toThrow(
      expect.objectContaining({
        code: 'E_CACHE_DRIVER',
        fix: expect.stringContaining('npm install infinispan'),
      }),
    );
  });
});

describeWithProgram('redis-server', 'clusters', () => {
  it.each(['redis', 'valkey'])('[CACHE-4] are taken by the %s store', async (store) => {
    const { port } = await startCluster();
    const rootNodes = [{ url: `redis://127.0.0.1:${port}` }];
    const logger = recordingLogger();
    const cluster = { rootNodes, useReplicas: false, maxCommandRedirections: 4 };
    const cache = createCache({ store, [store]: { cluster } }, logger)('todo');
    const keys = Array.from({ length: 20 }, (_, index) => `key ${index}`);

    for (const key of keys) await cache.set(key, key, { ttl: 60_000 });
    await cache.delete('key 0');

    const [first, ...others] = await Promise.all(keys.map((key) => cache.get(key)));
    expect([first, others]).toEqual([undefined, keys.slice(1)]);
    expect(logger.lines).toEqual([]);
  });

  it.each(['redis', 'valkey'])(
    '[CACHE-5] that are dead are told by the %s store',
    async (store) => {
      const port = await findFreePort();
      const rootNodes = [{ socket: { host: '127.0.0.1', port } }];
      const logger = recordingLogger();
      const cache = createCache({ store, [store]: { cluster: { rootNodes } } }, logger)('todo');

      expect(await cache.get('key')).toBeUndefined();

      expect(logger.lines).toEqual([`error Failed to create ${store} cache client`]);
    },
  );
});

/** Caches in a fake of Infinispan. */
function createOnInfinispan(settings: JsonObject = {}) {
  const fake = installFakeInfinispan();
  const config = new ConfigReader({ backend: { cache: { ...settings, store: 'infinispan' } } });
  const logger = recordingLogger();
  const manager = CacheManager.create({ config, logger });
  onTestFinished(() => manager.close());
  return { manager, fake, lines: logger.lines };
}

/** What every store does, whatever is behind it. */
function keepsTheContract(
  toSettings: () => JsonObject,
  createManager?: (settings: JsonObject) => CacheManager,
) {
  const create = (settings: JsonObject) =>
    createCache(settings, recordingLogger(), createManager?.(settings));

  it('gives back what was set, until it is deleted', async () => {
    const cache = create(toSettings())(randomUUID());

    await cache.set('list', { items: [1, null, 'x'] });

    expect(await cache.get('list')).toEqual({ items: [1, null, 'x'] });
    expect(await cache.get('other')).toBeUndefined();
    await cache.delete('list');
    await cache.delete('list');
    expect(await cache.get('list')).toBeUndefined();
  });

  it.each([[null], [0], [''], [false], [true], [':text'], [[]], [{}], ['é😀\u0000\n']])(
    'keeps %j',
    async (value) => {
      const cache = create(toSettings())(randomUUID());

      await cache.set('key', value);

      expect(await cache.get('key')).toEqual(value);
    },
  );

  it('gives undefined for what was set to undefined', async () => {
    const cache = create(toSettings())(randomUUID());

    await cache.set('key', undefined as never);

    expect(await cache.get('key')).toBeUndefined();
  });

  it('keeps half a megabyte', async () => {
    const cache = create(toSettings())(randomUUID());
    const value = 'x'.repeat(500_000);

    await cache.set('key', value);

    expect((await cache.get<string>('key')) === value).toBe(true);
  });

  it('shares no object with who set it or got it', async () => {
    const cache = create(toSettings())(randomUUID());
    const value = { list: [1] };

    await cache.set('key', value);
    value.list.push(2);
    (await cache.get<{ list: number[] }>('key'))!.list.push(3);

    expect(await cache.get('key')).toEqual({ list: [1] });
  });

  it('[CACHE-3] keeps keys apart, however long and in whatever script', async () => {
    const cache = create(toSettings())(randomUUID());
    const keys = [
      'x',
      'x'.repeat(148),
      'x'.repeat(149),
      'x'.repeat(10_000),
      'é😀\0',
      'a b\r\n',
      '',
    ];

    for (const [index, key] of keys.entries()) await cache.set(key, index);

    expect(await Promise.all(keys.map((key) => cache.get(key)))).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it('[CACHE-3] keeps plugins apart, also where one tries to be another', async () => {
    const forPlugin = create(toSettings());
    const id = randomUUID().replaceAll('-', '');
    // YWJj is abc in base64: without something between them, id and key would run together.
    const others = [`${id}YWJj`, `${id}-b`, `${id}:b`, `${id}::b`, id.slice(0, -1), `${id}:${id}`];
    const keys = ['key', 'abckey', 'b:key', ':b:key', `${id.slice(-1)}:key`, `${id}:key`];

    for (const key of keys) await forPlugin(id).set(key, `${key} of ${id}`);

    const seen = others.flatMap((other) => keys.map((key) => forPlugin(other).get(key)));
    expect(new Set(await Promise.all(seen))).toEqual(new Set([undefined]));
    for (const other of others) await Promise.all(keys.map((key) => forPlugin(other).delete(key)));
    const kept = await Promise.all(keys.map((key) => forPlugin(id).get(key)));
    expect(kept).toEqual(keys.map((key) => `${key} of ${id}`));
  });

  it('[CACHE-2] keeps an entry as long as it is told, and not a millisecond longer', async () => {
    const forPlugin = create({ ...toSettings(), defaultTtl: 40_000 });
    const cache = forPlugin(randomUUID());
    const shorter = cache.withOptions({ defaultTtl: { seconds: 30 } });
    await cache.get('connects, before time stands still');
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());

    await cache.set('of the configuration', 1);
    await shorter.set('of options', 1);
    await shorter.withOptions({}).set('of earlier options', 1);
    await shorter.set('of set', 1, { ttl: 20_000.5 });

    const aliveAfter = async (ms: number) => {
      vi.setSystemTime(Date.now() + ms);
      const keys = ['of the configuration', 'of options', 'of earlier options', 'of set'];
      return Promise.all(keys.map((key) => cache.get(key)));
    };
    expect(await aliveAfter(20_000)).toEqual([1, 1, 1, 1]);
    expect(await aliveAfter(1)).toEqual([1, 1, 1, undefined]);
    expect(await aliveAfter(9_999)).toEqual([1, 1, 1, undefined]);
    expect(await aliveAfter(1)).toEqual([1, undefined, undefined, undefined]);
    expect(await aliveAfter(10_000)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it.each([[-1], [Number.NaN]])(
    'does not keep what lives for %d ms, nor what it replaces',
    async (ttl) => {
      const cache = create(toSettings())(randomUUID());
      await cache.set('key', 1);

      await cache.set('key', 2, { ttl });

      expect(await cache.get('key')).toBeUndefined();
    },
  );

  it.each([[0], [Infinity]])('keeps for ever what lives for %d ms', async (ttl) => {
    const cache = create({ ...toSettings(), defaultTtl: 1 })(randomUUID());

    await cache.set('key', 1, { ttl });

    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    vi.setSystemTime(Date.now() + 1e12);
    expect(await cache.get('key')).toBe(1);
  });

  it('serves many at once', async () => {
    const forPlugin = create(toSettings());
    const ids = Array.from({ length: 5 }, () => randomUUID());
    const keys = Array.from({ length: 100 }, (_, index) => `key ${index}`);
    const all = ids.flatMap((id) => keys.map((key) => [id, key] as const));

    await Promise.all(all.map(([id, key]) => forPlugin(id).set(key, `${id} ${key}`)));

    const seen = await Promise.all(all.map(([id, key]) => forPlugin(id).get(key)));
    expect(seen).toEqual(all.map(([id, key]) => `${id} ${key}`));
  });
}

/** Caches of plugins in one store, whose entries go when the test has finished. */
function createCache(
  cache: JsonObject,
  logger = recordingLogger(),
  manager = CacheManager.create({ config: new ConfigReader({ backend: { cache } }), logger }),
) {
  const written: Array<() => Promise<void>> = [];
  onTestFinished(async () => {
    await Promise.all(written.map((remove) => remove()));
    manager.close();
  });
  const record = (plugin: CacheService): CacheService => ({
    get: (key) => plugin.get(key),
    set(key, value, options) {
      written.push(() => plugin.delete(key));
      return plugin.set(key, value, options);
    },
    delete: (key) => plugin.delete(key),
    withOptions: (options) => record(plugin.withOptions(options)),
  });
  return (id: string) => record(manager.forPlugin(id));
}

/** A look past the store. */
async function connectToRedis(url: string) {
  const redis = createClient({ url });
  await redis.connect();
  onTestFinished(() => redis.destroy());
  const keysOf = async (prefix: string) => (await redis.keys(`${prefix}*`)).sort();
  return { redis, keysOf };
}

async function askMemcached(host: string, line: string): Promise<string> {
  const { hostname, port } = new URL(`tcp://${host}`);
  const socket = connect(Number(port), hostname);
  socket.write(`${line}\r\n`);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return answer.toString().trim();
}
