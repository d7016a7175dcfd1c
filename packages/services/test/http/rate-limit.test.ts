import { ConfigReader, type JsonObject, type JsonValue } from '@stagewire/config';
import { createClient } from '@redis/client';
import { randomBytes } from 'node:crypto';
import { request as sendRequest } from 'node:http';
import { connect, createServer, type Socket } from 'node:net';
import { inspect } from 'node:util';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openGlobalRateLimit, openPluginRateLimits } from '../../src/http/rate-limit.js';
import { servePlugin } from '../http-router/serve-plugin.js';
import { describeWithService } from '../support/test-services.js';
import { recordingLogger, serve, type Answer, type Served } from './harness.js';

/** Every request of these tests comes from here, which the default list lets through. */
const NOBODY_ALLOWED = { ipAllowList: [] };

type Ask = { request: Served['request'] };

async function statusesOf({ request }: Ask, path: string, count: number, headers = {}) {
  const statuses: number[] = [];
  for (let n = 0; n < count; n += 1) statuses.push((await request({ path, headers })).status);
  return statuses;
}

describe('backend.rateLimit', () => {
  it.each<[JsonValue | undefined]>([[undefined], [false], [{ global: false }]])(
    '[RATE-1] limits nothing when it is %j',
    async (rateLimit) => {
      const backend = (rateLimit === undefined ? {} : { rateLimit }) as JsonObject;
      const options = { config: new ConfigReader({ backend }), logger: recordingLogger() };

      expect((await openGlobalRateLimit(options)).global).toBeUndefined();
      expect((await openPluginRateLimits(options)).plugins.size).toBe(0);
    },
  );

  it('[RATE-1] lets 5 requests a minute pass when it is true, and any from this machine', async () => {
    const limited = await serve({ rateLimit: true, trustProxy: 1 });
    const local = await statusesOf(limited, '/none', 7);

    expect(local).toEqual(Array.from({ length: 7 }, () => 404));
    expect(limited.logger.lines.filter((line) => line.level !== 'info')).toEqual([]);
  });

  it.each<[string, JsonValue]>([
    ['backend.rateLimit', 'yes'],
    ['backend.rateLimit', 3],
    ['backend.rateLimit.window', { window: 0 }],
    ['backend.rateLimit.window', { window: { days: 25 } }],
    ['backend.rateLimit.incomingRequestLimit', { incomingRequestLimit: -1 }],
    ['backend.rateLimit.incomingRequestLimit', { incomingRequestLimit: 1.5 }],
    ['backend.rateLimit.plugin', { global: false, plugin: [] }],
    ['backend.rateLimit.plugin.p.window', { global: false, plugin: { p: { window: -1 } } }],
  ])('names %s when it cannot be used: %j', async (key, rateLimit) => {
    const refusal = expect.objectContaining({
      code: 'E_RATE_LIMIT',
      message: expect.stringMatching(`^${key} is not `) as string,
    }) as Error;

    await expect(
      (async () => {
        const options = {
          config: new ConfigReader({ backend: { rateLimit } }),
          logger: recordingLogger(),
        };
        await openGlobalRateLimit(options);
        await openPluginRateLimits(options);
      })(),
    ).rejects.toThrow(refusal);
  });

  it.each<[JsonObject, string]>([
    [{ type: 'memcache' }, "type is 'memcache'"],
    [{ type: 'redis' }, 'connection is not the URL'],
    [{ type: 'redis', connection: 'http://user:secret@host' }, 'connection is not the URL'],
    [{ type: 'redis', connection: 'secret' }, 'connection is not the URL'],
  ])('is refused before the port is open with the store %j', async (store, problem) => {
    const failure = await serve({ rateLimit: { store } }).catch((error: unknown) => error);

    expect(failure).toMatchObject({
      code: 'E_RATE_LIMIT_STORE',
      message: expect.stringContaining(problem) as string,
    });
    expect(inspect(failure)).not.toContain('secret');
  });

  it('ignores what is no address in the list of allowed ones, and says so', async () => {
    const { logger } = await serve({ rateLimit: { ipAllowList: ['localhost', '10.0.0.0/64'] } });

    expect(logger.lines.filter((line) => line.level === 'warn').map((l) => l.message)).toEqual([
      "Ignoring 'localhost' in backend.rateLimit.ipAllowList: it is not an IP address",
      "Ignoring '10.0.0.0/64' in backend.rateLimit.ipAllowList: it is not an IP address",
    ]);
  });

  it('warns of a trusted proxy that could be anybody', async () => {
    const { logger } = await serve({ rateLimit: true, trustProxy: true });

    expect(logger.lines).toContainEqual(
      expect.objectContaining({
        level: 'warn',
        message: expect.stringContaining('backend.trustProxy is true') as string,
      }),
    );
  });
});

const from = (address: string) => ({ path: '/', headers: { 'x-forwarded-for': address } });

describe('[RATE-2] who is limited', () => {
  const rateLimit = { ...NOBODY_ALLOWED, incomingRequestLimit: 1 };

  it.each([
    ['the same address', '192.0.2.1', '192.0.2.1', 429],
    ['another address', '192.0.2.1', '192.0.2.2', 404],
    ['an IPv4 address written as IPv6', '192.0.2.1', '::ffff:192.0.2.1', 429],
    ['an address in the same IPv6 subnet', '2001:db8:0:1::1', '2001:db8:0:fe::2', 429],
    ['an address in another IPv6 subnet', '2001:db8:0:1::1', '2001:db8:0:100::1', 404],
    ['anything that is no address', 'nonsense', 'more-nonsense', 429],
  ])('counts %s by its client: %s, then %s', async (_, first, second, status) => {
    const { request } = await serve({ rateLimit, trustProxy: 1 });

    expect((await request(from(first))).status).toBe(404);
    expect((await request(from(second))).status).toBe(status);
  });

  it('takes the address of the connection while no proxy is trusted', async () => {
    const { request } = await serve({ rateLimit });

    expect((await request(from('192.0.2.1'))).status).toBe(404);
    expect((await request(from('192.0.2.2'))).status).toBe(429);
  });

  it.each([
    ['the address that Express tells', ['192.0.2.1'], [404, 404]],
    ['the address of the connection', ['127.0.0.1'], [404, 404]],
    ['a network', ['192.0.2.0/24'], [404, 404]],
    ['an address in its form as IPv6', ['::ffff:192.0.2.1'], [404, 404]],
    ['another address', ['192.0.2.2'], [404, 429]],
  ])('is nobody on the allow list, by %s', async (_, ipAllowList, statuses) => {
    const limited = await serve({ trustProxy: 1, rateLimit: { ...rateLimit, ipAllowList } });
    const headers = { 'x-forwarded-for': '192.0.2.1' };

    expect(await statusesOf(limited, '/', 2, headers)).toEqual(statuses);
  });

  it('is nobody on this machine, which a server for IPv4 and IPv6 knows in both forms', async () => {
    const limited = await serve({
      listen: { host: '::', port: 0 },
      rateLimit: { incomingRequestLimit: 1 },
    });

    expect(await statusesOf(limited, '/', 3)).toEqual([404, 404, 404]);
  });
});

const TWO = { ...NOBODY_ALLOWED, incomingRequestLimit: 2 };

/** Headers of a client that no other test has. */
const client = () => ({ 'x-forwarded-for': `10.${[...randomBytes(3)].join('.')}` });

/** What holds with every store. */
function describeLimits(title: string, store: JsonObject) {
  const limits = (more: JsonObject): JsonObject => ({ ...TWO, store, ...more });

  describe(`[RATE-3] a rate limit in ${title}`, () => {
    it('[RATE-4] answers 429 over the limit, and tells when to come again', async () => {
      const { request, router } = await serve({ rateLimit: limits({}), trustProxy: 1 });
      router.use('/x', (_req, res) => void res.send('fine'));
      const headers = client();
      const answers: Answer[] = [];
      for (let n = 0; n < 3; n += 1) answers.push(await request({ path: '/x', headers }));

      expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
      expect(answers.map((answer) => answer.headers['x-ratelimit-remaining'])).toEqual([
        '1',
        '0',
        '0',
      ]);
      const last = answers[2]!;
      expect(last.body).toBe(
        '{"error":{"name":"Error","message":"Too many requests, please try again later"},"response":{"statusCode":429}}',
      );
      expect(last.headers['x-ratelimit-limit']).toBe('2');
      const reset = Number(last.headers['x-ratelimit-reset']) * 1000 - Date.now();
      expect(reset).toBeGreaterThan(50_000);
      expect(reset).toBeLessThan(62_000);
      expect(Number(last.headers['retry-after'])).toBeGreaterThan(50);
      expect(last.headers['x-frame-options']).toBe('SAMEORIGIN');
    });

    it.each(['our own chain', 'the chain of Express'])(
      'counts routes, the index and what nobody answers alike, but no probes, in %s',
      async (chain) => {
        const router = {
          indexPath: '/app',
          ...(chain !== 'our own chain' && {
            configure: (context: { applyDefaults(): void }) => context.applyDefaults(),
          }),
        };
        const served = await serve(
          { rateLimit: limits({ incomingRequestLimit: 3 }), trustProxy: 1 },
          { router },
        );
        served.router.use('/x', (_req, res) => void res.send('route'));
        served.router.use('/app', (_req, res) => void res.send('index'));
        const headers = client();
        const probe = '/.backstage/health/v1/liveness';
        const paths = ['/x', '/somewhere', '/api/none', probe, '/x', '/else', '/api/none', probe];
        const statuses: number[] = [];
        for (const path of paths) statuses.push((await served.request({ path, headers })).status);

        expect(statuses).toEqual([200, 200, 404, 200, 429, 429, 429, 200]);
      },
    );

    it('begins anew when the window is over', async () => {
      const limited = await serve({
        rateLimit: limits({ window: { milliseconds: 150 } }),
        trustProxy: 1,
      });
      const headers = client();
      const ask = async () => (await limited.request({ path: '/', headers })).status;

      await vi.waitFor(async () => expect(await ask()).toBe(429));
      await vi.waitFor(async () => expect(await ask()).toBe(404));
    });

    it.each([
      [{ skipSuccessfulRequests: true }, '/fine', [200, 200, 200, 200]],
      [{ skipSuccessfulRequests: true }, '/none', [404, 404, 429, 429]],
      [{ skipFailedRequests: true }, '/fine', [200, 200, 429, 429]],
      [{ skipFailedRequests: true }, '/none', [404, 404, 404, 404]],
    ])('forgets what %j says, at %s', async (skip, path, statuses) => {
      const { router, request } = await serve({ rateLimit: limits(skip), trustProxy: 1 });
      router.use('/fine', (_req, res) => void res.send('fine'));
      const headers = client();
      const seen: number[] = [];
      for (const _ of statuses) {
        seen.push((await request({ path, headers })).status);
        // What is forgotten is forgotten after the answer.
        await new Promise((resolve) => setTimeout(resolve, 20));
      }

      expect(seen).toEqual(statuses);
    });

    it('lets nobody through when the limit is 0', async () => {
      const limited = await serve({
        rateLimit: limits({ incomingRequestLimit: 0 }),
        trustProxy: 1,
      });

      expect(await statusesOf(limited, '/', 1, client())).toEqual([429]);
    });

    it('[HR-2] counts each plugin by itself, before anything else of it is asked', async () => {
      const rateLimit = {
        global: false,
        store,
        plugin: {
          p: { ...NOBODY_ALLOWED, incomingRequestLimit: 2 },
          q: { ...NOBODY_ALLOWED, incomingRequestLimit: 1 },
          r: false,
        },
      };
      const backend = { rateLimit, trustProxy: 1 };
      const p = await servePlugin(backend);
      const q = await servePlugin(backend, { id: 'q', on: p, started: false });
      const r = await servePlugin(backend, { id: 'r', on: p });
      for (const { http } of [p, q, r]) http.use((_req, res) => void res.send('fine'));
      const headers = client();
      const user = { ...headers, authorization: 'Bearer user' };
      const seen = [
        await p.ask('/', user),
        await p.ask('/', headers), // without credentials
        await p.ask('/', user),
        await p.ask('/.backstage/auth/v1/jwks.json', headers),
        await q.ask('/.backstage/auth/v1/jwks.json', headers),
        await q.ask('/', user), // it has not started, and nobody waits for that
        await r.ask('/', user),
        await r.ask('/', user),
        await r.ask('/', user),
      ];

      expect(seen.map(({ status }) => status)).toEqual([
        200, 401, 429, 429, 200, 429, 200, 200, 200,
      ]);
    });

    it('can limit all requests and those of a plugin, each with its own count', async () => {
      const rateLimit = limits({
        incomingRequestLimit: 3,
        plugin: { p: { ...NOBODY_ALLOWED, incomingRequestLimit: 1 } },
      });
      const p = await servePlugin({ rateLimit, trustProxy: 1 });
      p.http.use((_req, res) => void res.send('fine'));
      const headers = { ...client(), authorization: 'Bearer user' };

      const seen = [await p.ask('/', headers), await p.ask('/', headers)];
      seen.push(await p.request({ path: '/', headers }), await p.request({ path: '/', headers }));

      expect(seen.map(({ status }) => status)).toEqual([200, 429, 404, 429]);
      expect(seen[1]!.headers['x-ratelimit-limit']).toBe('1');
    });

    it('survives callers who leave at once', async () => {
      const limited = await serve({ rateLimit: limits({}), trustProxy: 1 });
      const { port } = limited;
      await Promise.all(
        Array.from({ length: 20 }, async () => {
          const req = sendRequest({ host: '127.0.0.1', port, path: '/', headers: client() });
          req.on('error', () => {});
          await new Promise((resolve) => req.once('socket', (s) => s.once('connect', resolve)));
          req.end(() => req.destroy());
        }),
      );

      expect(await statusesOf(limited, '/', 3, client())).toEqual([404, 404, 429]);
      expect(limited.logger.lines.filter((line) => line.level === 'error')).toEqual([]);
    });
  });
}

describeLimits('memory', { type: 'memory' });

describeWithService('redis', '[RATE-3] Redis', (url) => {
  // The keys of clients with random addresses; they go by themselves when their window is over.
  describeLimits('Redis', { type: 'redis', connection: url });

  it('holds the counts of several backends together, under the id of a plugin', async () => {
    const id = `p${randomBytes(4).toString('hex')}`;
    const address = `10.${[...randomBytes(3)].join('.')}`;
    const headers = { 'x-forwarded-for': address, authorization: 'Bearer user' };
    const block = { ...NOBODY_ALLOWED, incomingRequestLimit: 2 };
    const rateLimit = {
      ...block,
      store: { type: 'redis', connection: url },
      plugin: { [id]: block },
    };
    const backend = { rateLimit, trustProxy: 1 };
    const first = await servePlugin(backend, { id });
    const second = await servePlugin(backend, { id });
    for (const { http } of [first, second]) http.use((_req, res) => void res.send('fine'));

    const seen = [await first.ask('/', headers), await second.ask('/', headers)];
    seen.push(await first.ask('/', headers));

    expect(seen.map(({ status }) => status)).toEqual([200, 200, 429]);
    const redis = await createClient({ url }).connect();
    onTestFinished(() => redis.destroy());
    expect(await redis.keys(`*${address}`)).toEqual(
      expect.arrayContaining([`rl:${address}`, `${id}:rl:${address}`]),
    );
    expect(await redis.pTTL(`${id}:rl:${address}`)).toBeGreaterThan(0);
  });

  it('loads its script again when Redis has forgotten it', async () => {
    const proxy = await openProxy(url);
    const limited = await serve({
      trustProxy: 1,
      rateLimit: {
        ...NOBODY_ALLOWED,
        incomingRequestLimit: 2,
        store: { type: 'redis', connection: proxy.url },
      },
    });
    const headers = client();
    expect(await statusesOf(limited, '/', 1, headers)).toEqual([404]);
    proxy.forgetScripts();

    expect(await statusesOf(limited, '/', 2, headers)).toEqual([404, 429]);
    expect(limited.logger.lines.filter((line) => line.level === 'error')).toEqual([]);
  });

  describe('that fails', () => {
    it.each([
      ['passes requests where passOnStoreError is true', true, 404],
      ['answers 503 at once where it is not', false, 503],
    ])('%s, tells it once, and limits again when it is back', async (_, pass, status) => {
      const proxy = await openProxy(url);
      const limited = await serveBehind(proxy, pass);
      const headers = client();
      expect(await statusesOf(limited, '/', 2, headers)).toEqual([404, 429]);

      proxy.cut();
      await vi.waitFor(async () => {
        expect((await limited.request({ path: '/', headers })).status).toBe(status);
      });
      const begin = performance.now();
      expect(await statusesOf(limited, '/', 10, headers)).toEqual(
        Array.from({ length: 10 }, () => status),
      );
      expect(performance.now() - begin).toBeLessThan(1000);
      const down = limited.logger.lines.filter((line) => line.level === 'error');
      expect(down.map(({ message, meta }) => [message, (meta as { code?: string }).code])).toEqual([
        ['The Redis server of backend.rateLimit.store fails', 'E_RATE_LIMIT_STORE_UNAVAILABLE'],
      ]);

      proxy.restore();
      await vi.waitFor(
        async () => expect((await limited.request({ path: '/', headers })).status).toBe(429),
        { timeout: 5000, interval: 50 },
      );
      expect(limited.logger.lines.at(-1)?.message).not.toContain('fails');
      expect(limited.logger.lines).toContainEqual(
        expect.objectContaining({
          level: 'info',
          message: 'The Redis server of backend.rateLimit.store is back',
        }),
      );
    });

    it('by saying nothing holds a request up for a second at most, and the next ones not', async () => {
      const proxy = await openProxy(url);
      const limited = await serveBehind(proxy, false);
      const headers = client();
      expect(await statusesOf(limited, '/', 1, headers)).toEqual([404]);

      proxy.hang();
      const begin = performance.now();
      const answer = await limited.request({ path: '/', headers });
      const waited = performance.now() - begin;
      expect(JSON.parse(answer.body)).toEqual({
        error: {
          name: 'ServiceUnavailableError',
          message: 'The rate limit of this request cannot be checked',
        },
        request: { method: 'GET', url: '/' },
        response: { statusCode: 503 },
      });
      expect(await statusesOf(limited, '/', 5, headers)).toEqual([503, 503, 503, 503, 503]);
      expect(waited).toBeLessThan(1900);
      expect(performance.now() - begin - waited).toBeLessThan(500);

      proxy.restore();
      await vi.waitFor(
        async () => expect((await limited.request({ path: '/', headers })).status).toBe(429),
        { timeout: 5000, interval: 50 },
      );
    });

    it('at the start keeps no backend from starting', async () => {
      const proxy = await openProxy(url);
      proxy.cut();
      const limited = await serveBehind(proxy, true);
      const headers = client();
      expect(await statusesOf(limited, '/', 2, headers)).toEqual([404, 404]);

      proxy.restore();
      await vi.waitFor(
        async () => expect((await limited.request({ path: '/', headers })).status).toBe(429),
        { timeout: 5000, interval: 50 },
      );
    });

    it('does not keep a backend from stopping', async () => {
      const proxy = await openProxy(url);
      const limited = await serveBehind(proxy, true);
      proxy.hang();
      const begin = performance.now();

      await limited.lifecycle.beforeShutdown();
      await limited.lifecycle.shutdown();

      expect(performance.now() - begin).toBeLessThan(1000);
    });
  });
});

function serveBehind(proxy: Proxy, passOnStoreError: boolean) {
  return serve({
    trustProxy: 1,
    rateLimit: {
      ...NOBODY_ALLOWED,
      incomingRequestLimit: 1,
      passOnStoreError,
      store: { type: 'redis', connection: proxy.url },
    },
  });
}

type Proxy = {
  url: string;
  cut(): void;
  hang(): void;
  restore(): void;
  /** Answers the next call of a script as a server does that was restarted. */
  forgetScripts(): void;
};

/** Stands between a backend and Redis, to be cut like a cable. */
async function openProxy(target: string): Promise<Proxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let forgets = false;
  let state: 'open' | 'cut' | 'hanging' = 'open';
  const server = createServer((near) => {
    if (state === 'cut') {
      near.destroy();
      return;
    }
    const far = connect(Number(port), hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('error', () => {});
      from.on('data', (chunk) => {
        if (forgets && chunk.includes('EVALSHA')) {
          forgets = false;
          from.write('-NOSCRIPT No matching script.\r\n');
        } else if (state === 'open') {
          to.write(chunk);
        }
      });
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cutAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  onTestFinished(async () => {
    cutAll();
    await new Promise((resolve) => server.close(resolve));
  });
  return {
    url: `redis://127.0.0.1:${(server.address() as { port: number }).port}`,
    cut() {
      state = 'cut';
      cutAll();
    },
    forgetScripts() {
      forgets = true;
    },
    hang() {
      state = 'hanging';
    },
    restore() {
      // What was swallowed would be missed: a server that comes back begins with new connections.
      if (state === 'hanging') cutAll();
      state = 'open';
    },
  };
}
