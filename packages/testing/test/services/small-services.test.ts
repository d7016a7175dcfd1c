import { describe, expect, it } from 'vitest';
import { ConfigReader, type Config } from '@stagewire/config';
import { cacheServiceFactory } from '@stagewire/services/cache';
import { discoveryServiceFactory } from '@stagewire/services/discovery';
import { loggerServiceFactory } from '@stagewire/services/logger';
import { rootHealthServiceFactory } from '@stagewire/services/rootHealth';
import { rootSystemMetadataServiceFactory } from '@stagewire/services/rootSystemMetadata';
import { userInfoServiceFactory } from '@stagewire/services/userInfo';
import { makeFrom } from '../../src/fake.js';
import { mockCredentials, mockServices } from '../../src/index.js';
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

describe('the fake logger', () => {
  it('has the fields of the real one', async () => {
    const rootLogger = mockServices.rootLogger();
    const plugin = mockServices.pluginMetadata();
    const real = await makeFrom(loggerServiceFactory, { rootLogger, plugin });
    const fake = mockServices.logger();

    real.info('hello');
    fake.info('hello');

    expect(fake.lines).toEqual(rootLogger.lines);
    expect(fake.lines[0]!.fields).toEqual({ plugin: 'test' });
  });
});

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

describe('the fake lifecycles', () => {
  it.each([mockServices.lifecycle, mockServices.rootLifecycle])(
    'LIFE-2 LIFE-3 run hooks once, and refuse those that come late',
    async (create) => {
      const logger = mockServices.rootLogger();
      const lifecycle = create({ logger });
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
    },
  );
});

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

describe('the fake metadata', () => {
  it('is what the test says', async () => {
    expect(mockServices.pluginMetadata({ pluginId: 'todo' }).getId()).toBe('todo');
    expect(await mockServices.rootInstanceMetadata({ plugins }).getInstalledPlugins()).toEqual(
      plugins,
    );
    expect(await mockServices.rootInstanceMetadata().getInstalledPlugins()).toEqual([]);
  });
});
