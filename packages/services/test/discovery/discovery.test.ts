import { ConfigReader, type Config, type JsonObject } from '@stagewire/config';
import type { DiscoveryService } from '@stagewire/plugin-api';
import type { ServiceFactoryShape } from '@stagewire/plugin-api/internal';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { discoveryServiceFactory } from '../../src/discovery/discovery-service-factory.js';
import { HostDiscovery } from '../../src/discovery/host-discovery.js';
import { SrvResolver } from '../../src/discovery/srv-resolver.js';
import { recordingLogger } from '../http/harness.js';

const BASE = { backend: { baseUrl: 'https://portal.test/' } };
type Endpoint = { target: string | JsonObject; plugins: string[] };

function withEndpoints(endpoints: Endpoint[], more: JsonObject = {}): JsonObject {
  return { ...BASE, discovery: { endpoints }, ...more };
}

function discover(data: JsonObject, srv?: SrvResolver): DiscoveryService {
  return new HostDiscovery(new ConfigReader(data), () => undefined, srv);
}

async function urlsOf(discovery: DiscoveryService, pluginId = 'a') {
  return [await discovery.getBaseUrl(pluginId), await discovery.getExternalBaseUrl(pluginId)];
}

describe('discovery', () => {
  it('[DISC-1] finds plugins from outside at backend.baseUrl', async () => {
    expect(await discover(BASE).getExternalBaseUrl('a')).toBe('https://portal.test/api/a');
  });

  it('[DISC-1] requires backend.baseUrl', () => {
    expect(() => discover({ backend: {} })).toThrow(
      "Missing required config value at 'backend.baseUrl'",
    );
  });

  it.each<[JsonObject, string]>([
    [{}, 'http://localhost:7007'],
    [{ listen: ':1' }, 'http://localhost:1'],
    [{ listen: '0.0.0.0:1' }, 'http://127.0.0.1:1'],
    [{ listen: { host: '::', port: 1 } }, 'http://localhost:1'],
    [{ listen: { host: '::1', port: 1 } }, 'http://[::1]:1'],
    [{ listen: 'host.test:1' }, 'http://host.test:1'],
    [{ https: true }, 'https://localhost:7007'],
    [{ https: { certificate: {} } }, 'https://localhost:7007'],
    [{ https: false }, 'http://localhost:7007'],
  ])('[DISC-2] finds plugins from inside at backend.listen: %j', async (backend, url) => {
    const discovery = discover({ backend: { ...BASE.backend, ...backend } });

    expect(await discovery.getBaseUrl('a')).toBe(`${url}/api/a`);
  });

  it('[DISC-3] follows discovery.endpoints, for inside and outside apart', async () => {
    const discovery = discover(
      withEndpoints([
        { target: 'http://both/{{pluginId}}/', plugins: ['a', 'b'] },
        { target: { internal: 'http://in/{{ pluginId }}' }, plugins: ['b', 'c'] },
        { target: { external: 'http://out/x' }, plugins: ['c'] },
        {
          target: { internal: 'http://i/{{pluginId}}/{{pluginId}}', external: 'http://e' },
          plugins: ['d/e'],
        },
      ]),
    );

    expect(await urlsOf(discovery, 'a')).toEqual(['http://both/a', 'http://both/a']);
    expect(await urlsOf(discovery, 'b')).toEqual(['http://in/b', 'http://both/b']);
    expect(await urlsOf(discovery, 'c')).toEqual(['http://in/c', 'http://out/x']);
    expect(await urlsOf(discovery, 'd/e')).toEqual(['http://i/d%2Fe/d%2Fe', 'http://e']);
    expect(await urlsOf(discovery, 'x')).toEqual([
      'http://localhost:7007/api/x',
      'https://portal.test/api/x',
    ]);
  });

  it('[DISC-3] prefers an entry for the plugin to one for all, and a later one to an earlier', async () => {
    const discovery = discover(
      withEndpoints([
        { target: 'http://one', plugins: ['a'] },
        { target: 'http://two', plugins: ['a'] },
        { target: { internal: 'http://all/{{pluginId}}' }, plugins: ['*'] },
      ]),
    );

    expect(await urlsOf(discovery, 'a')).toEqual(['http://two', 'http://two']);
    expect(await urlsOf(discovery, 'b')).toEqual(['http://all/b', 'https://portal.test/api/b']);
  });

  it('[DISC-3] refuses an endpoint without a target', () => {
    expect(() => discover(withEndpoints([{ target: {}, plugins: ['a', 'b'] }]))).toThrow(
      expect.objectContaining({ code: 'E_DISCOVERY_TARGET', name: 'InputError' }),
    );
  });

  it('[DISC-5] follows changes, and keeps what it knows when the new configuration is broken', async () => {
    const logger = recordingLogger();
    const listeners: Array<() => void> = [];
    let current = new ConfigReader(withEndpoints([{ target: 'http://old', plugins: ['a'] }]));
    const live = new Proxy({} as Config, {
      get: (_, name) =>
        name === 'subscribe'
          ? (listener: () => void) => listeners.push(listener)
          : (current as unknown as Record<PropertyKey, () => void>)[name]!.bind(current),
    });
    const discovery = new HostDiscovery(live, () => logger);
    const change = (endpoint: Endpoint) => {
      current = new ConfigReader(withEndpoints([endpoint]));
      for (const listener of listeners) listener();
    };

    change({ target: 'http://new', plugins: ['a'] });
    expect(await discovery.getBaseUrl('a')).toBe('http://new');
    change({ target: 'http+srv://broken', plugins: ['a'] });
    expect(await discovery.getBaseUrl('a')).toBe('http://new');
    expect(logger.lines).toEqual([
      expect.objectContaining({
        level: 'error',
        meta: expect.objectContaining({ code: 'E_DISCOVERY_EXTERNAL_SRV' }) as Error,
      }),
    ]);
  });
});

const record = (name: string, port: number, priority = 1, weight = 1) => ({
  name,
  port,
  priority,
  weight,
});
const srv = (internal: string) => withEndpoints([{ target: { internal }, plugins: ['*'] }]);

describe('[DISC-4] SRV targets', () => {
  afterEach(() => void vi.useRealTimers());

  it('are resolved to a host and a port', async () => {
    const lookup = vi.fn(async () => [record('host.test', 81)]);
    const data = srv('https+srv://service.test/base/{{pluginId}}/');

    expect(await discover(data, new SrvResolver(lookup)).getBaseUrl('a')).toBe(
      'https://host.test:81/base/a',
    );
    expect(lookup.mock.calls).toEqual([['service.test']]);
  });

  it('can have the plugin in their host', async () => {
    const lookup = vi.fn(async (host: string) => [record(`node.${host}`, 81)]);
    const discovery = discover(srv('http+srv://{{pluginId}}.test'), new SrvResolver(lookup));

    expect(await discovery.getBaseUrl('a')).toBe('http://node.a.test:81');
  });

  it('take the lowest priority value, and share requests by weight among equals', async () => {
    const records = [
      record('backup', 1, 20, 100),
      record('small', 1, 10, 1),
      record('none', 1, 10, 0),
      record('big', 1, 10, 3),
    ];
    let next = 0;
    const resolver = new SrvResolver(
      async () => records,
      () => next,
    );
    const picked: string[] = [];
    for (next = 0; next < 1; next += 0.125) picked.push(await resolver.resolve('http+srv://s'));

    expect(picked.map((url) => new URL(url).hostname)).toEqual([
      'small',
      'small',
      'big',
      'big',
      'big',
      'big',
      'big',
      'big',
    ]);
  });

  it('share requests equally when no record has a weight', async () => {
    const records = [record('a', 1, 1, 0), record('b', 1, 1, 0)];
    let next = 0;
    const resolver = new SrvResolver(
      async () => records,
      () => next,
    );

    expect(await resolver.resolve('http+srv://s')).toBe('http://a:1');
    next = 0.9;
    expect(await resolver.resolve('http+srv://s')).toBe('http://b:1');
  });

  it('ask DNS once a second for each host, and not once for each request', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const lookup = vi.fn(async (host: string) => [record(host, 1)]);
    const resolver = new SrvResolver(lookup);
    const ask = () =>
      Promise.all(['a', 'a', 'b'].map((host) => resolver.resolve(`http+srv://${host}`)));

    await ask();
    vi.advanceTimersByTime(999);
    await ask();
    expect(lookup).toHaveBeenCalledTimes(2);
    vi.advanceTimersByTime(1);
    await ask();
    expect(lookup).toHaveBeenCalledTimes(4);
  });

  it('tell when there are no records, and when DNS fails', async () => {
    const none = new SrvResolver(async () => []);
    const failing = new SrvResolver(() =>
      Promise.reject(Object.assign(new Error('refused'), { name: 'DnsError' })),
    );

    await expect(none.resolve('http+srv://s.test')).rejects.toMatchObject({
      name: 'NotFoundError',
      message: 'No SRV records found for s.test',
    });
    await expect(failing.resolve('http+srv://s.test')).rejects.toMatchObject({
      name: 'DnsError',
      message: 'Failed SRV resolution for s.test; caused by DnsError: refused',
    });
  });

  it.each([
    ['http+srv://host:80/a', 'port'],
    ['http+srv://host:8080', 'port'],
    ['http+srv://user@host', 'credentials'],
    ['http+srv://user:secret@host', 'credentials'],
    ['http+srv://host/a?b=c', 'query'],
    ['http+srv://host/a#b', 'fragment'],
    ['http+srv://ho st', 'valid'],
  ])('cannot be %s', (url, problem) => {
    expect(() => discover(srv(url))).toThrow(
      expect.objectContaining({
        code: 'E_DISCOVERY_SRV_URL',
        name: 'InputError',
        message: expect.stringContaining(problem) as string,
      }),
    );
  });

  it.each<[string | JsonObject]>([
    ['http+srv://host'],
    [{ external: 'https+srv://host' }],
    [{ internal: 'http://host', external: 'http+srv://host' }],
  ])('cannot be seen from outside: %j', (target) => {
    expect(() => discover(withEndpoints([{ target, plugins: ['a'] }]))).toThrow(
      expect.objectContaining({
        code: 'E_DISCOVERY_EXTERNAL_SRV',
        message: 'SRV resolver URLs cannot be used in the target for external endpoints',
      }),
    );
  });
});

describe('the discovery factory', () => {
  const factory = discoveryServiceFactory as unknown as ServiceFactoryShape;

  async function makeFor(data: JsonObject, plugins: number) {
    const config = new ConfigReader(data);
    const context = await factory.createRootContext?.({ config });
    const loggers = Array.from({ length: plugins }, () => recordingLogger());
    const made = await Promise.all(
      loggers.map((logger) => factory.factory({ config, logger }, context)),
    );
    return { made, warnings: loggers.map(({ lines }) => lines.map((line) => line.message)) };
  }

  it('reads the configuration once for all plugins', async () => {
    const { made } = await makeFor(BASE, 2);

    expect(made[0]).toBe(made[1]);
    expect(await (made[0] as DiscoveryService).getExternalBaseUrl('a')).toBe(
      'https://portal.test/api/a',
    );
  });

  it.each([
    ['http://localhost:7007', 'production', 1],
    ['http://127.0.0.1', 'production', 1],
    ['http://[::1]:7007', 'production', 1],
    ['http://localhost:7007', 'development', 0],
    ['https://portal.test', 'production', 0],
    ['portal.test', 'test', 1],
  ])('[DISC-6] warns once of backend.baseUrl %s in %s: %d', async (baseUrl, env, count) => {
    vi.stubEnv('NODE_ENV', env);
    try {
      const { warnings } = await makeFor({ backend: { baseUrl } }, 2);
      expect(warnings.map((messages) => messages.length)).toEqual([count, 0]);
      if (count > 0) expect(warnings[0]?.[0]).toContain(baseUrl);
    } finally {
      vi.unstubAllEnvs();
    }
  });
});
