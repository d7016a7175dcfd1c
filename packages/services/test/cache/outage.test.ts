import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { createClient } from '@redis/client';
import { ConfigReader, type JsonObject } from '@stagewire/config';
import type { CacheService } from '@stagewire/plugin-api';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { CacheManager } from '../../src/cache/cache-manager.js';
import { fakeLifecycle } from '../support/fake-lifecycle.js';
import { recordingLogger, type LogLine } from '../support/recording-logger.js';
import { describeWithProgram, findFreePort, startCluster, startServer } from './own-server.js';

const REDIS = (store: 'redis' | 'valkey') => ({
  program: 'redis-server' as const,
  toSettings: (port: number, user = '') => ({
    store,
    connection: `redis://${user}127.0.0.1:${port}`,
    [store]: {},
  }),
});

const STORES = {
  redis: REDIS('redis'),
  valkey: REDIS('valkey'),
  memcache: {
    program: 'memcached' as const,
    toSettings: (port: number, user = '') => ({
      store: 'memcache',
      connection: `${user}127.0.0.1:${port}`,
      memcache: {},
    }),
  },
};

describe.each(Object.keys(STORES) as Array<keyof typeof STORES>)('the %s store', (store) => {
  const { program, toSettings } = STORES[store];

  describeWithProgram(program, 'with a server that comes and goes', () => {
    it('[CACHE-5] finds nothing after the server was killed, and is back after it', async () => {
      const server = await startServer(program);
      const { cache, lines } = createCache(toSettings(server.port));
      await cache.set('key', 1);
      expect(await cache.get('key')).toBe(1);

      await server.kill();

      await findsNothing(cache);
      expect(codesOf(lines)).toEqual(['E_CACHE_UNREACHABLE']);
      await server.start();
      await isBack(cache);
      expect(codesOf(lines)).toEqual(['E_CACHE_UNREACHABLE', 'back']);
      expect(lines[0]!.message).toMatch(new RegExp(`^Lost the ${store} cache$`));
      expect(lines[1]!.message).toMatch(
        new RegExp(
          `^The ${store} cache at .*127.0.0.1:${server.port} answers again, after .* seconds$`,
        ),
      );
    });

    it('takes a server that answers nothing for a dead one', async () => {
      const server = await startServer(program);
      const { cache, lines } = createCache(toSettings(server.port));
      await cache.set('key', 1);

      await server.pause();

      await findsNothing(cache);
      const many = Array.from({ length: 1_000 }, () => cache.get('key'));
      expect(await within(100, Promise.all(many))).toEqual(many.map(() => undefined));
      server.resume();
      await isBack(cache);
      expect(codesOf(lines)).toEqual(['E_CACHE_UNREACHABLE', 'back']);
    });

    it('waits with no more than 10,000 calls for a server that does not answer', async () => {
      const server = await startServer(program);
      const { cache } = createCache(toSettings(server.port));
      await cache.set('key', 1);

      await server.pause();
      const waiting = Array.from({ length: 10_000 }, () => cache.get('key'));
      const further = Array.from({ length: 5_000 }, () => cache.get('key'));

      const first = await Promise.race([Promise.all(waiting), Promise.all(further)]);
      expect(first.length).toBe(5_000);
      expect(new Set(await Promise.all([...waiting, ...further]))).toEqual(new Set([undefined]));
    });

    it('can be dead when the backend starts', async () => {
      const server = await startServer(program);
      await server.kill();
      const { cache, lines } = createCache(toSettings(server.port));

      await findsNothing(cache);

      expect(lines.map(({ level, message }) => `${level} ${message}`)).toEqual([
        `error Failed to create ${store} cache client`,
      ]);
      await server.start();
      await isBack(cache);
      expect(codesOf(lines)).toEqual(['E_CACHE_UNREACHABLE', 'back']);
    });

    it('can be silent when the backend starts', async () => {
      const server = await startServer(program);
      await server.pause();
      const { cache, lines } = createCache(toSettings(server.port));

      await findsNothing(cache);

      server.resume();
      await isBack(cache);
      expect(codesOf(lines).filter((code) => code !== 'back').length).toBeLessThanOrEqual(1);
    });

    it('keeps no process from ending, and ends its connection with the backend', async () => {
      const before = countSockets();
      const server = await startServer(program);
      const { cache, rootLifecycle, lines } = createCache(toSettings(server.port));

      await cache.set('key', 1);

      expect(countSockets()).toBe(before);
      await rootLifecycle.shutdown();
      await rootLifecycle.shutdown();
      expect(await within(50, cache.get('key'))).toBeUndefined();
      await server.kill();
      await cache.set('key', 1);
      expect(lines).toEqual([]);
    });

    it('tells of a server that goes, and not of one that the backend left', async () => {
      const server = await startServer(program);
      await server.kill();
      const { cache, rootLifecycle, lines } = createCache(toSettings(server.port));
      await findsNothing(cache);

      await rootLifecycle.shutdown();
      await server.start();
      await new Promise((resolve) => setTimeout(resolve, 600));

      expect(codesOf(lines)).toEqual(['E_CACHE_UNREACHABLE']);
    });
  });
});

describe.each(['redis', 'valkey'] as const)('the %s store', (store) => {
  const { toSettings } = STORES[store];

  describeWithProgram('redis-server', 'with a password', () => {
    it.each([
      ['a wrong one', ':wr0ng-secret@'],
      ['none', ''],
    ])('says once that the server refuses %s, and not which', async (_, user) => {
      const server = await startServer('redis-server', '--requirepass', 'right-secret');
      const { cache, lines } = createCache(toSettings(server.port, user));

      await findsNothing(cache);
      await new Promise((resolve) => setTimeout(resolve, 800));

      expect(codesOf(lines)).toEqual(['E_CACHE_CREDENTIALS']);
      expect(textOf(lines)).toContain(`redis://127.0.0.1:${server.port}`);
      expect(textOf(lines)).not.toContain('wr0ng-secret');
    });

    it('uses the right one', async () => {
      const server = await startServer('redis-server', '--requirepass', 'p@ss');
      const { cache, lines } = createCache(toSettings(server.port, ':p%40ss@'));

      await cache.set('key', 1);

      expect(await cache.get('key')).toBe(1);
      expect(lines).toEqual([]);
    });
  });

  describeWithProgram('redis-server', 'that is full', () => {
    it('does not keep what the server refuses, nor what it replaces, and goes on', async () => {
      const server = await startServer('redis-server', '--maxmemory', '3mb');
      const { cache, lines } = createCache(toSettings(server.port));
      await cache.set('key', 'old');

      await cache.set('large', 'x'.repeat(4_000_000));
      await cache.set('key', 'new');

      expect(await cache.get('key')).toBeUndefined();
      expect(lines.map(({ level }) => level)).toEqual(['warn', 'debug']);
    });
  });

  describeWithProgram('redis-server', 'with a cluster', () => {
    it('finds nothing while the cluster is silent, and is back after it', async () => {
      const before = countSockets();
      const server = await startCluster();
      const rootNodes = [{ url: `redis://127.0.0.1:${server.port}` }];
      const { cache, lines } = createCache({ store, [store]: { cluster: { rootNodes } } });
      await cache.set('key', 1);
      expect([await cache.get('key'), countSockets()]).toEqual([1, before]);

      await server.pause();

      await findsNothing(cache);
      server.resume();
      await isBack(cache);
      expect(codesOf(lines)).toEqual(['E_CACHE_UNREACHABLE', 'back']);
    });
  });

  describeWithProgram('redis-server', 'and its connections', () => {
    it('has one for all plugins', async () => {
      const server = await startServer('redis-server');
      const { manager } = createCache(toSettings(server.port));
      const admin = createClient({ url: `redis://127.0.0.1:${server.port}` });
      await admin.connect();
      onTestFinished(() => admin.destroy());

      const ids = Array.from({ length: 20 }, (_, index) => `plugin-${index}`);
      await Promise.all(ids.map((id) => manager.forPlugin(id).set('key', id)));

      expect(await countClients()).toBe(2);
      manager.close();
      await vi.waitFor(async () => expect(await countClients()).toBe(1));

      async function countClients() {
        return String(await admin.sendCommand(['CLIENT', 'LIST']))
          .trim()
          .split('\n').length;
      }
    });
  });
});

describe('several memcached servers', () => {
  describeWithProgram('memcached', 'of which one is gone', () => {
    it('serve the keys of the others', async () => {
      const [one, other] = [await startServer('memcached'), await startServer('memcached')];
      const connection = `127.0.0.1:${one.port},127.0.0.1:${other.port}`;
      const { cache, lines } = createCache({ store: 'memcache', connection, memcache: {} });
      const keys = Array.from({ length: 40 }, (_, index) => `key ${index}`);
      const write = () => Promise.all(keys.map((key) => cache.set(key, key)));
      const read = async () =>
        (await Promise.all(keys.map((key) => cache.get(key)))).filter(Boolean);
      await write();
      expect(await read()).toEqual(keys);

      await one.kill();
      await write();

      const { length } = await read();
      expect(length).toBeGreaterThan(5);
      expect(length).toBeLessThan(35);
      expect(codesOf(lines)).toEqual(['E_CACHE_UNREACHABLE']);
    });
  });
});

describe('what cannot be reached', () => {
  it('through TLS is told as such', async () => {
    const port = await answerAll('-ERR this is not TLS\r\n');
    const connection = `rediss://127.0.0.1:${port}`;

    for (const store of ['redis', 'valkey']) {
      const { cache, lines } = createCache({ store, connection, [store]: {} });
      await findsNothing(cache);
      expect(codesOf(lines)).toEqual(['E_CACHE_TLS']);
    }
  });

  it('is told without the password, also where a server repeats what it was sent', async () => {
    for (const store of ['redis', 'valkey']) {
      const port = await answerAll("-ERR unknown command, with args beginning with: 's3 cret'\r\n");
      const connection = `redis://:s3%20cret@127.0.0.1:${port}`;
      const { cache, lines } = createCache({ store, connection, [store]: {} });

      await findsNothing(cache);

      expect(textOf(lines)).toContain('with args beginning with');
      expect(textOf(lines)).not.toMatch(/s3( |%20)cret/);
    }
  });

  it('is told to the onError of fromConfig too, and to nobody without a logger', async () => {
    const port = await findFreePort();
    const config = new ConfigReader({ backend: { cache: STORES.redis.toSettings(port) } });
    const errors: Error[] = [];
    const manager = CacheManager.fromConfig(config, { onError: (error) => errors.push(error) });
    onTestFinished(() => manager.close());

    expect(await manager.forPlugin('todo').get('key')).toBeUndefined();

    expect(errors).toEqual([expect.objectContaining({ code: 'E_CACHE_UNREACHABLE' })]);
  });
});

afterEach(() => void vi.useRealTimers());

/** A cache, and what was told of it. */
function createCache(settings: JsonObject) {
  const logger = recordingLogger();
  const config = new ConfigReader({ backend: { cache: settings } });
  const rootLifecycle = fakeLifecycle();
  const manager = CacheManager.create({ config, logger, rootLifecycle });
  onTestFinished(() => manager.close());
  return { manager, cache: manager.forPlugin(randomUUID()), lines: logger.lines, rootLifecycle };
}

/** Whatever is asked, in less than a second, and without an error. */
async function findsNothing(cache: CacheService) {
  const calls = [cache.get('key'), cache.set('key', 1), cache.delete('key'), cache.get('other')];
  expect(await within(1_000, Promise.all(calls))).toEqual(calls.map(() => undefined));
  expect(await within(1_000, cache.get('key'))).toBeUndefined();
}

async function isBack(cache: CacheService) {
  await vi.waitFor(
    async () => {
      await cache.set('back', 1);
      expect(await cache.get('back')).toBe(1);
    },
    { timeout: 10_000, interval: 50 },
  );
}

async function within<T>(limit: number, work: Promise<T>): Promise<T> {
  const begun = performance.now();
  const result = await work;
  expect(performance.now() - begun).toBeLessThan(limit);
  return result;
}

function codesOf(lines: readonly LogLine[]) {
  return lines.map(({ meta, message }) =>
    message.includes('answers again') ? 'back' : (meta as { code?: string } | undefined)?.code,
  );
}

function textOf(lines: readonly LogLine[]) {
  return lines
    .map(
      ({ message, meta }) =>
        `${message} ${String(meta)} ${JSON.stringify(meta)} ${(meta as Error)?.stack}`,
    )
    .join('\n');
}

/** A server that has one answer to everything. */
async function answerAll(answer: string): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('data', () => socket.write(answer));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** The sockets that keep this process from ending. */
function countSockets() {
  return process.getActiveResourcesInfo().filter((name) => name.includes('TCPSocket')).length;
}
