import { describe, expect, it } from 'vitest';
import { ConfigReader, type Config } from '@stagewire/config';
import {
  coreServices,
  createBackendModule,
  createBackendPlugin,
  type RootLoggerService,
  type ServiceRef,
} from '@stagewire/plugin-api';
import type { DrivenLifecycle, DrivenRootLifecycle } from '@stagewire/plugin-api/internal';
import { cacheServiceFactory } from '@stagewire/services/cache';
import { discoveryServiceFactory } from '@stagewire/services/discovery';
import { lifecycleServiceFactory } from '@stagewire/services/lifecycle';
import { loggerServiceFactory } from '@stagewire/services/logger';
import { rootHealthServiceFactory } from '@stagewire/services/rootHealth';
import { rootLifecycleServiceFactory } from '@stagewire/services/rootLifecycle';
import { createPinoRootLogger } from '@stagewire/services/rootLogger';
import { rootSystemMetadataServiceFactory } from '@stagewire/services/rootSystemMetadata';
import { userInfoServiceFactory } from '@stagewire/services/userInfo';
import { makeFrom } from '../../src/fake.js';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
  type FakeRootLogger,
} from '../../src/index.js';
import { describeBoth } from './both.js';

describeBoth(
  'cache',
  {
    real: () =>
      makeFrom(cacheServiceFactory, {
        rootConfig: mockServices.rootConfig(),
        pluginMetadata: mockServices.pluginMetadata(),
        rootLifecycle: mockServices.rootLifecycle(),
        rootLogger: mockServices.rootLogger(),
      }),
    fake: () => mockServices.cache(),
  },
  (make) => {
    it('CACHE-2 keeps values until they are deleted or their time is over', async () => {
      const cache = await make();

      await cache.set('a', { b: [1] });
      await cache.withOptions({ defaultTtl: -1 }).set('short', 1);
      await cache.set('gone', 1);
      await cache.delete('gone');

      expect(await Promise.all(['a', 'short', 'gone'].map((key) => cache.get(key)))).toEqual([
        { b: [1] },
        undefined,
        undefined,
      ]);
    });
  },
);

describe('the fake cache', () => {
  it('is apart from all others', async () => {
    await mockServices.cache().set('a', 1);

    expect(await mockServices.cache().get('a')).toBeUndefined();
  });
});

const data = { app: { title: 'Portal', port: '7', nothing: null }, list: [{ a: 1 }] };

describeBoth<Config>(
  'rootConfig',
  { real: () => new ConfigReader(data), fake: () => mockServices.rootConfig({ data }) },
  (make) => {
    it('reads values of all types', async () => {
      const config = await make();

      expect({
        all: config.get(),
        keys: config.keys(),
        has: [config.has('app.title'), config.has('app.nothing'), config.has('more')],
        text: config.getString('app.title'),
        number: config.getConfig('app').getNumber('port'),
        items: config.getConfigArray('list').map((item) => item.get('a')),
        missing: [config.getOptional('more'), config.getOptionalConfig('more.than.that')],
      }).toEqual({
        all: { app: { title: 'Portal', port: '7' }, list: [{ a: 1 }] },
        keys: ['app', 'list'],
        has: [true, false, false],
        text: 'Portal',
        number: 7,
        items: [1],
        missing: [undefined, undefined],
      });
    });

    it('names the whole key of what is missing or of another type', async () => {
      const config = await make();

      expect(() => config.getConfig('app').getString('more')).toThrow("'app.more'");
      expect(() => config.getConfig('app').getNumber('title')).toThrow("'app.title'");
      expect(() => config.getConfig('app.title')).toThrow("'app.title'");
    });
  },
);

describe('the fake rootConfig', () => {
  it('tells of updates, which views follow', () => {
    const config = mockServices.rootConfig({ data });
    const view = config.getConfig('app');
    let told = 0;
    const subscription = config.subscribe(() => (told += 1));

    config.update({ data });
    config.update({ data: { app: { title: 'Other' } } });
    subscription.unsubscribe();
    config.update({ data: {} });

    expect([told, view.getOptionalString('title'), config.keys()]).toEqual([1, undefined, []]);
    expect(() => view.getString('title')).toThrow("'app.title'");
  });
});

describe('the fake rootLogger', () => {
  it('is silent, and keeps lines with the fields of the logger', () => {
    const logger = mockServices.rootLogger();
    const error = new Error('broken');

    logger.child({ plugin: 'todo' }).child({ task: 1 }).warn('slow', { ms: 5 });
    logger.error('failed', error);

    expect(logger.lines).toEqual([
      { level: 'warn', message: 'slow', fields: { plugin: 'todo', task: 1, ms: 5 } },
      { level: 'error', message: 'failed', fields: {}, error },
    ]);
  });

  it('prints lines of the level and above', () => {
    const printed: unknown[] = [];
    const { warn, info } = console;
    console.warn = (...args) => void printed.push(args);
    console.info = (...args) => void printed.push(args);
    try {
      const logger = mockServices.rootLogger({ level: 'warn' });
      logger.warn('seen', { a: 1 });
      logger.info('not seen');
    } finally {
      Object.assign(console, { warn, info });
    }

    expect(printed).toEqual([['seen', { a: 1 }]]);
  });
});

type Logging = { logger: RootLoggerService; lines(): object[] };

describeBoth<Logging>(
  'rootLogger',
  {
    // It writes to stdout; what is plugged in for that shows its lines.
    real: () => {
      const lines: object[] = [];
      const write = (level: string) => (fields: unknown, message?: string) =>
        void lines.push({ level, message, fields });
      const logger = createPinoRootLogger({
        isLevelEnabled: () => true,
        error: write('error'),
        warn: write('warn'),
        info: write('info'),
        debug: write('debug'),
      });
      return { logger, lines: () => lines };
    },
    fake: () => {
      const logger = mockServices.rootLogger();
      return { logger, lines: () => [...logger.lines] };
    },
  },
  (make) => {
    it('LOG-1 LOG-6 writes lines of all levels, with the fields of the logger and of the line', async () => {
      const { logger, lines } = await make();
      const child = logger.child({ plugin: 'todo', task: 1 }).child({ task: 2 });

      logger.error('a');
      logger.warn('b', { ms: 5 });
      child.info('c', { ms: 6 });
      child.debug('d');

      expect(lines()).toMatchObject([
        { level: 'error', message: 'a', fields: {} },
        { level: 'warn', message: 'b', fields: { ms: 5 } },
        { level: 'info', message: 'c', fields: { plugin: 'todo', task: 2, ms: 6 } },
        { level: 'debug', message: 'd', fields: { plugin: 'todo', task: 2 } },
      ]);
    });
  },
);

describeBoth<Logging>(
  'logger',
  {
    real: async () => {
      const rootLogger = mockServices.rootLogger();
      const plugin = mockServices.pluginMetadata();
      const logger = await makeFrom(loggerServiceFactory, { rootLogger, plugin });
      return { logger, lines: () => [...rootLogger.lines] };
    },
    fake: () => {
      const logger = mockServices.logger();
      return { logger, lines: () => [...logger.lines] };
    },
  },
  (make) => {
    it('LOG-7 names its plugin in all lines', async () => {
      const { logger, lines } = await make();

      logger.info('hello');
      logger.child({ task: 1 }).info('hello');

      expect(lines()).toEqual([
        { level: 'info', message: 'hello', fields: { plugin: 'test' } },
        { level: 'info', message: 'hello', fields: { plugin: 'test', task: 1 } },
      ]);
    });
  },
);

describeBoth(
  'discovery',
  {
    real: () =>
      makeFrom(discoveryServiceFactory, {
        config: mockServices.rootConfig({
          data: { backend: { baseUrl: 'http://localhost:7007', listen: ':7007' } },
        }),
        logger: mockServices.logger(),
      }),
    fake: () => mockServices.discovery(),
  },
  (make) => {
    it('DISC-1 DISC-2 finds plugins in the backend', async () => {
      const discovery = await make();

      expect(await discovery.getBaseUrl('catalog')).toBe('http://localhost:7007/api/catalog');
      expect(await discovery.getExternalBaseUrl('my-plugin')).toBe(
        'http://localhost:7007/api/my-plugin',
      );
    });
  },
);

describe('the fake discovery', () => {
  it('finds plugins where the test says', async () => {
    const discovery = mockServices.discovery({ baseUrl: 'https://portal.example' });

    expect(await discovery.getBaseUrl('a')).toBe('https://portal.example/api/a');
  });
});

describeBoth(
  'rootHealth',
  {
    real: () => {
      const lifecycle = mockServices.rootLifecycle();
      return { lifecycle, health: makeFrom(rootHealthServiceFactory, { lifecycle }) };
    },
    fake: () => {
      const lifecycle = mockServices.rootLifecycle();
      return { lifecycle, health: Promise.resolve(mockServices.rootHealth({ lifecycle })) };
    },
  },
  (make) => {
    it('HEALTH-2 is ready from the end of the start to the wish to stop', async () => {
      const { lifecycle, health: making } = await make();
      const health = await making;
      const seen = [(await health.getReadiness()).status];

      await lifecycle.startup();
      seen.push((await health.getReadiness()).status);
      await lifecycle.beforeShutdown();
      seen.push((await health.getReadiness()).status);

      expect(seen).toEqual([503, 200, 503]);
      expect(await health.getLiveness()).toEqual({ status: 200, payload: { status: 'ok' } });
    });
  },
);

describe('the fake rootHealth', () => {
  it('is ready by itself', async () => {
    expect(await mockServices.rootHealth().getReadiness()).toEqual({
      status: 200,
      payload: { status: 'ok' },
    });
  });
});

type Lifecycle = { lifecycle: DrivenLifecycle; logger: FakeRootLogger };

function defineLifecycle(make: () => Lifecycle | Promise<Lifecycle>): void {
  it('LIFE-2 LIFE-3 runs hooks once, logs those that fail, and refuses those that come late', async () => {
    const { lifecycle, logger } = await make();
    const ran: string[] = [];
    lifecycle.addStartupHook(() => void ran.push('start'));
    lifecycle.addShutdownHook(async () => void ran.push('stop'));
    lifecycle.addStartupHook(() => Promise.reject(new Error('broken')));

    await lifecycle.startup();
    await lifecycle.startup();
    await lifecycle.shutdown();

    expect(ran).toEqual(['start', 'stop']);
    expect(logger.lines.filter(({ level }) => level === 'error')).toHaveLength(1);
    expect(() => lifecycle.addStartupHook(() => {})).toThrow(
      'Attempted to add startup hook after startup',
    );
  });
}

describeBoth<Lifecycle>(
  'lifecycle',
  {
    real: async () => {
      const logger = mockServices.rootLogger();
      const pluginMetadata = mockServices.pluginMetadata();
      const lifecycle = await makeFrom(lifecycleServiceFactory, { logger, pluginMetadata });
      return { lifecycle: lifecycle as DrivenLifecycle, logger };
    },
    fake: () => {
      const logger = mockServices.rootLogger();
      return { lifecycle: mockServices.lifecycle({ logger }), logger };
    },
  },
  defineLifecycle,
);

describeBoth<Lifecycle>(
  'rootLifecycle',
  {
    real: async () => {
      const logger = mockServices.rootLogger();
      const lifecycle = await makeFrom(rootLifecycleServiceFactory, { logger });
      return { lifecycle: lifecycle as DrivenRootLifecycle, logger };
    },
    fake: () => {
      const logger = mockServices.rootLogger();
      return { lifecycle: mockServices.rootLifecycle({ logger }), logger };
    },
  },
  defineLifecycle,
);

describeBoth(
  'userInfo',
  {
    real: () => makeFrom(userInfoServiceFactory, { discovery: mockServices.discovery() }),
    fake: () => mockServices.userInfo(),
  },
  (make) => {
    it('UI-1 knows users only', async () => {
      const userInfo = await make();

      await expect(userInfo.getUserInfo(mockCredentials.service())).rejects.toThrow(
        'Only user credentials are supported',
      );
    });
  },
);

describe('the fake userInfo', () => {
  it('says that users own things by themselves, unless told otherwise', async () => {
    const ownershipEntityRefs = ['group:default/team'];
    const jane = mockCredentials.user('user:default/jane');

    expect(await mockServices.userInfo().getUserInfo(jane)).toEqual({
      userEntityRef: 'user:default/jane',
      ownershipEntityRefs: ['user:default/jane'],
    });
    expect(await mockServices.userInfo({ ownershipEntityRefs }).getUserInfo(jane)).toEqual({
      userEntityRef: 'user:default/jane',
      ownershipEntityRefs,
    });
  });
});

const plugins = [
  { pluginId: 'catalog', modules: [{ moduleId: 'github' }] },
  { pluginId: 'todo', modules: [] },
];

describeBoth(
  'rootSystemMetadata',
  {
    real: () =>
      makeFrom(rootSystemMetadataServiceFactory, {
        config: mockServices.rootConfig(),
        instance: mockServices.rootInstanceMetadata({ plugins }),
      }),
    fake: () => mockServices.rootSystemMetadata({ plugins: ['catalog', 'todo'] }),
  },
  (make) => {
    it('knows the plugins of the system', async () => {
      const { getInstalledPlugins } = await make();

      expect(await getInstalledPlugins()).toEqual([{ pluginId: 'catalog' }, { pluginId: 'todo' }]);
    });
  },
);

/** What a backend brings by itself, as its plugin `test` gets it. */
async function getFromBackend<TService>(service: ServiceRef<TService, any, 'singleton'>) {
  let found: TService | undefined;
  const plugin = createBackendPlugin({
    pluginId: 'test',
    register(reg) {
      reg.registerInit({ deps: { service }, init: async (deps) => void (found = deps.service) });
    },
  });
  const module = createBackendModule({
    pluginId: 'test',
    moduleId: 'a',
    register: (reg) => reg.registerInit({ deps: {}, init: async () => {} }),
  });
  await using _backend = await startTestBackend({ features: [plugin, module] });
  return found!;
}

describeBoth(
  'pluginMetadata',
  {
    real: () => getFromBackend(coreServices.pluginMetadata),
    fake: () => mockServices.pluginMetadata(),
  },
  (make) => {
    it('knows the plugin', async () => {
      const { getId } = await make();

      expect(getId()).toBe('test');
    });
  },
);

describeBoth(
  'rootInstanceMetadata',
  {
    real: () => getFromBackend(coreServices.rootInstanceMetadata),
    fake: () =>
      mockServices.rootInstanceMetadata({
        plugins: [{ pluginId: 'test', modules: [{ moduleId: 'a' }] }],
      }),
  },
  (make) => {
    it('knows plugins and their modules, and lets nobody change them', async () => {
      const { getInstalledPlugins } = await make();

      const installed = await getInstalledPlugins();

      expect(installed).toEqual([{ pluginId: 'test', modules: [{ moduleId: 'a' }] }]);
      expect(() => (installed as unknown[]).push(1)).toThrow(TypeError);
    });
  },
);

describe('the fake metadata', () => {
  it('is what the test says', async () => {
    expect(mockServices.pluginMetadata({ pluginId: 'todo' }).getId()).toBe('todo');
    expect(await mockServices.rootInstanceMetadata({ plugins }).getInstalledPlugins()).toEqual(
      plugins,
    );
    expect(await mockServices.rootInstanceMetadata().getInstalledPlugins()).toEqual([]);
  });
});
