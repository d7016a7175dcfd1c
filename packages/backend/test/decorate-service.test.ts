import { EventEmitter, once } from 'node:events';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createBackend } from '@stagewire/backend';
import { ConfigReader } from '@stagewire/config';
import {
  coreServices,
  createBackendPlugin,
  createServiceFactory,
  type BackendFeature,
  type LoggerService,
  type RootConfigService,
} from '@stagewire/plugin-api';
import { metricsServiceRef } from '@stagewire/plugin-api/alpha';
import {
  cacheWithHits,
  databaseWithQueryTiming,
  headerOnEveryAnswer,
  loggerOfOnePlugin,
  schedulerWithMetrics,
} from './decorator-examples.js';
import { findFreePort } from './free-port.js';

/** Everything that a plugin of these tests is given. */
const deps = {
  cache: coreServices.cache,
  database: coreServices.database,
  httpRouter: coreServices.httpRouter,
  logger: coreServices.logger,
  scheduler: coreServices.scheduler,
};

type Services = { [name in keyof typeof deps]: (typeof deps)[name]['T'] };

let measured: unknown[][];
let logged: unknown[][];
let running: { stop(): Promise<void> } | undefined;

beforeEach(() => {
  measured = [];
  logged = [];
});

afterEach(async () => {
  await running?.stop();
  running = undefined;
});

describe('each of the examples', () => {
  const file = readFileSync(new URL('decorator-examples.ts', import.meta.url), 'utf8');
  const examples = [...file.matchAll(/^export const (\w+) = .*?^\}\);$/gms)];

  it.each(examples.map(([text, name]) => [name!, text.split('\n').length] as const))(
    'has at most ten lines: %s',
    (_, lines) => {
      expect(lines).toBeLessThanOrEqual(10);
    },
  );

  it('is tested here', () => {
    expect(examples).toHaveLength(5);
  });
});

describe('a decorator of a built-in service', () => {
  it('counts the runs of every task', async () => {
    const task = new EventEmitter<{ run: [AbortSignal] }>();
    const began = once(task, 'run');
    const schedulers: Services['scheduler'][] = [];
    await run(schedulerWithMetrics, async ({ scheduler }) => {
      schedulers.push(scheduler);
      await scheduler.scheduleTask({
        id: 'once',
        frequency: { trigger: 'manual' },
        timeout: { seconds: 5 },
        scope: 'local',
        fn: (stopping: AbortSignal) => void task.emit('run', stopping),
      });
    });

    await schedulers[0]?.triggerTask('once');
    expect((await began)[0]).toBeInstanceOf(AbortSignal);

    expect(measured.filter(([name]) => name === 'task.runs')).toEqual([['task.runs', 1]]);
  });

  it('adds fields to the logger of one plugin', async () => {
    await run(loggerOfOnePlugin, ({ logger }) => logger.error('hello'), 'catalog');
    await running?.stop();
    await run(loggerOfOnePlugin, ({ logger }) => logger.error('hello'), 'other');

    expect(logged).toEqual([
      ['hello', { plugin: 'catalog', team: 'north' }],
      ['hello', { plugin: 'other' }],
    ]);
  });

  it('times every query of a plugin', async () => {
    await run(databaseWithQueryTiming, async ({ database }) => {
      const client = await database.getClient();
      await client.schema.createTable('todo', (table) => table.increments('id'));
      await client('todo').insert({});
      expect(await client('todo').select()).toHaveLength(1);
    });

    const durations = measured.filter(([name]) => name === 'query.duration');
    expect(durations.length).toBeGreaterThanOrEqual(3);
    expect(durations.every(([, value]) => Number(value) > 0 && Number(value) < 20_000)).toBe(true);
  });

  it('counts what is found in the cache, which still does all else', async () => {
    await run(cacheWithHits, async ({ cache }) => {
      await cache.set('a', 1);
      expect([await cache.get('a'), await cache.get('b')]).toEqual([1, undefined]);
      await cache.delete('a');
      expect(await cache.withOptions({ defaultTtl: 1000 }).get('a')).toBeUndefined();
    });

    expect(measured).toEqual([
      ['cache.reads', 1, { hit: true }],
      ['cache.reads', 1, { hit: false }],
    ]);
  });

  it('adds a header to what every plugin answers, though plugins do not mount themselves', async () => {
    const url = await run(headerOnEveryAnswer, ({ httpRouter }) => {
      httpRouter.addAuthPolicy({ path: '/hello', allow: 'unauthenticated' });
      httpRouter.use((_req, res) => void res.json({ hello: 'you' }));
    });

    const answers = await Promise.all(
      ['/api/todo/hello', '/api/todo/secret', '/nowhere'].map((path) => fetch(`${url}${path}`)),
    );

    expect(answers.map(({ status, headers }) => [status, headers.get('x-site')])).toEqual([
      [200, 'north'],
      [401, 'north'],
      [404, null],
    ]);
    await expect(answers[0]!.json()).resolves.toEqual({ hello: 'you' });
  });

  it('is shown in the plan and the timeline', async () => {
    const backend = await createQuietBackend();
    backend.add(createPlugin('todo', () => {}));
    backend.add(headerOnEveryAnswer);
    running = backend;

    const { plan, timeline } = await backend.start();

    const planned = plan.services.find(({ id }) => id === 'core.rootHttpRouter');
    expect(planned?.decorators).toEqual([
      { origin: expect.stringContaining('decorator-examples.ts') },
    ]);
    expect(timeline.map(({ kind, id }) => `${kind} ${id}`)).toContain(
      'decorator core.rootHttpRouter',
    );
  });
});

/** Starts a backend with a decorator and a plugin that does something with its services. */
async function run(
  decorator: BackendFeature,
  init: (services: Services) => unknown,
  pluginId = 'todo',
): Promise<string> {
  const backend = await createQuietBackend();
  backend.add(decorator);
  backend.add(createPlugin(pluginId, init));
  running = backend;
  await backend.start();
  return backend.url;
}

function createPlugin(pluginId: string, init: (services: Services) => unknown): BackendFeature {
  return createBackendPlugin({
    pluginId,
    register: (reg) =>
      reg.registerInit({ deps, init: async (services) => void (await init(services)) }),
  });
}

/** A backend on a free port, whose errors and measurements are kept for the test. */
async function createQuietBackend() {
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  const config = new ConfigReader({
    backend: {
      baseUrl: url,
      listen: { host: '127.0.0.1', port },
      database: { client: 'better-sqlite3', connection: ':memory:' },
    },
  });
  const backend = createBackend();
  backend.add(
    createServiceFactory({
      service: coreServices.rootConfig,
      deps: {},
      factory: () => config as RootConfigService,
    }),
  );
  backend.add(
    createServiceFactory({
      service: metricsServiceRef,
      deps: {},
      factory: () =>
        ({
          createCounter: keepMeasured,
          createGauge: keepMeasured,
          createHistogram: keepMeasured,
        }) as never,
    }),
  );
  backend.add(
    createServiceFactory({
      service: coreServices.rootLogger,
      deps: {},
      factory: () => createKeepingLogger({}),
    }),
  );
  return Object.assign(backend, { url });
}

function keepMeasured(name: string) {
  const note = (...values: unknown[]) => measured.push([name, ...values]);
  return { add: note, record: note };
}

function createKeepingLogger(fields: object): LoggerService {
  return {
    error: (message) => void logged.push([message, fields]),
    warn: vi.fn(),
    info: vi.fn(),
    debug: vi.fn(),
    child: (more) => createKeepingLogger({ ...fields, ...more }),
  };
}
