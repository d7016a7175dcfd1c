import { describe, expect, it } from 'vitest';
import {
  coreServices,
  createExtensionPoint,
  createServiceFactory,
  createServiceRef,
  type BackendFeature,
} from '@stagewire/plugin-api';
import { FEATURE_ORIGIN, successionOf } from '@stagewire/plugin-api/internal';
import { startHosted, toHosted } from './hosted.js';
import {
  createRawLoader,
  createTestBackend,
  createTestFactory,
  createTestModule,
  createTestPlugin,
  createTestRef,
} from './support.js';

const boom = () => Promise.reject(new Error('boom'));
function boomNow(): never {
  throw new Error('boom');
}

const countListeners = () => process.eventNames().map((name) => process.listenerCount(name));
const createNext = () => toHosted(createTestBackend());
const unchanged = { isChanged: () => false };

/** A plugin that writes down when it starts, serves and stops. */
function tracked(pluginId: string, version: string, events: string[], init?: () => unknown) {
  const deps = { lifecycle: coreServices.lifecycle, metadata: coreServices.pluginMetadata };
  return createTestPlugin(pluginId, deps, async ({ lifecycle, metadata }) => {
    events.push(`${version} init`);
    const succession = successionOf(metadata);
    succession.onServing(() => events.push(`${version} serves`));
    succession.onRetire(() => void events.push(`${version} retires`));
    lifecycle.addStartupHook(() => void events.push(`${version} starts up`));
    lifecycle.addShutdownHook(() => void events.push(`${version} stops`));
    await init?.();
  });
}

/** A root service that its ref provides. */
const rootDefault = (name: string) =>
  createServiceRef<string>({
    id: 'root-default',
    scope: 'root',
    defaultFactory: async (service) =>
      createServiceFactory({ service, deps: {}, factory: () => name }),
  });

/** A plugin service that its ref provides, made nobody knows where. */
const pluginDefault = (name: string) =>
  createServiceRef<string>({
    id: 'plugin-default',
    defaultFactory: async (service) => {
      const factory = createServiceFactory({ service, deps: {}, factory: () => name });
      return Object.defineProperty(factory, FEATURE_ORIGIN, { value: undefined });
    },
  });

describe('a plugin that changed', () => {
  it('starts beside the old version, takes over, and the old version is stopped', async () => {
    const events: string[] = [];
    const other = createTestPlugin('other', {}, () => events.push('other init'));
    const { replaceWith } = await startHosted({ features: [tracked('p', 'old', events), other] });
    events.length = 0;

    const outcome = await replaceWith([tracked('p', 'new', events), other]);

    expect(outcome).toMatchObject({
      started: [],
      replaced: ['p'],
      stopped: [],
      kept: [],
      failed: [],
      diagnostics: [],
    });
    expect(outcome).not.toHaveProperty('restartNeeded');
    expect(events).toEqual(['new init', 'new starts up', 'old retires', 'new serves', 'old stops']);
  });

  it('gets services of its own, and is stopped with the backend', async () => {
    const made: string[] = [];
    const ref = createTestRef('own');
    const own = createTestFactory(
      ref,
      { metadata: coreServices.pluginMetadata },
      ({ metadata }) => {
        const name = `${metadata.getId()} ${made.length}`;
        made.push(name);
        return { name, [Symbol.dispose]: () => made.push(`${name} gone`) };
      },
    );
    const version = () => createTestPlugin('p', { own: ref });
    const kept = createTestPlugin('kept', { own: ref });
    const { replaceWith, hosted } = await startHosted({ features: [own, version(), kept] });

    await replaceWith([own, version(), kept]);
    expect(made).toEqual(['p 0', 'kept 1', 'p 2', 'p 0 gone']);
    await hosted.stop();

    expect(made.slice(4).toSorted()).toEqual(['kept 1 gone', 'p 2 gone']);
  });

  it('is replaced with its modules when one of them changed, came or went', async () => {
    const events: string[] = [];
    const point = createExtensionPoint<{ add(item: string): void }>({ id: 'p.items' });
    const plugin = createTestPlugin(
      'p',
      {},
      () => events.push('p'),
      (env) => env.registerExtensionPoint(point, { add: (item) => void events.push(item) }),
    );
    const module = (id: string) =>
      createTestModule('p', id, { point }, (deps) => deps.point.add(id));
    const a = module('a');
    const { replaceWith } = await startHosted({ features: [plugin, a] });

    for (const features of [[plugin, module('a')], [plugin, a, module('b')], [plugin]]) {
      events.push('|');
      expect((await replaceWith(features)).replaced).toEqual(['p']);
    }

    expect(events).toEqual(['a', 'p', '|', 'a', 'p', '|', 'a', 'b', 'p', '|', 'p']);
  });

  it('is compared with what runs: the same objects are not touched', async () => {
    const inits: string[] = [];
    const features = ['a', 'b'].map((id) => createTestPlugin(id, {}, () => inits.push(id)));
    const { replaceWith } = await startHosted({ features });

    const outcome = await replaceWith(features);

    expect([outcome.replaced, inits]).toEqual([[], ['a', 'b']]);
  });

  it('is the same if no file that had a part in it changed', async () => {
    const asked = new Set<string>();
    const inits: string[] = [];
    const make = () => createTestPlugin('p', {}, () => inits.push('p'));
    const { replaceWith } = await startHosted({ features: [make()] });

    const same = await replaceWith([make()], {
      isChanged: (file) => (asked.add(file), false),
    });
    const other = await replaceWith([make()], {
      isChanged: (file) => file.endsWith('replace.test.ts'),
    });

    expect([same.replaced, other.replaced, inits]).toEqual([[], ['p'], ['p', 'p']]);
    expect([...asked].map((file) => file.split('/').at(-1))).toEqual(
      expect.arrayContaining(['support.ts', 'replace.test.ts']),
    );
  });

  it('is told of in metadata, plan, result and timeline', async () => {
    let read: (() => Promise<unknown>) | undefined;
    const reader = createTestPlugin('reader', { it: coreServices.rootInstanceMetadata }, (deps) => {
      read = () => deps.it.getInstalledPlugins();
    });
    const features = [reader, createTestPlugin('gone'), createTestPlugin('p')];
    const { replaceWith, started, hosted } = await startHosted({ features });

    await replaceWith([
      reader,
      createTestPlugin('p'),
      createTestModule('p', 'm'),
      createTestPlugin('new'),
    ]);

    expect(await read!()).toEqual([
      { pluginId: 'reader', modules: [] },
      { pluginId: 'p', modules: [{ moduleId: 'm' }] },
      { pluginId: 'new', modules: [] },
    ]);
    expect(
      (await hosted.plan()).plugins.map(({ pluginId, modules }) => [pluginId, modules.length]),
    ).toEqual([
      ['reader', 0],
      ['p', 1],
      ['new', 0],
    ]);
    expect(started.plan).toBe(await hosted.plan());
    expect(started.result.plugins.map(({ pluginId }) => pluginId).toSorted()).toEqual([
      'new',
      'p',
      'reader',
    ]);
    const inits = started.timeline.filter(({ kind }) => kind === 'plugin' || kind === 'module');
    expect(inits.map(({ id }) => id).toSorted()).toEqual(['m', 'new', 'p', 'reader']);
  });
});

describe('plugins that come and go', () => {
  it('are started and stopped, and others are not touched', async () => {
    const events: string[] = [];
    const kept = tracked('kept', 'kept', events);
    const { replaceWith } = await startHosted({ features: [kept, tracked('p', 'old', events)] });
    events.length = 0;

    const outcome = await replaceWith([kept, tracked('q', 'q', events)]);

    expect(outcome).toMatchObject({ started: ['q'], stopped: ['p'], replaced: [] });
    expect(events).toEqual(['old retires', 'old stops', 'q init', 'q starts up', 'q serves']);
  });
});

describe('a new version that does not start', () => {
  it.each([
    ['its init throws', boom],
    ['its init throws nothing', () => Promise.reject(undefined)],
  ])('leaves the old version serving: %s', async (_, fail) => {
    const events: string[] = [];
    const { replaceWith } = await startHosted({ features: [tracked('p', 'old', events)] });
    events.length = 0;

    const outcome = await replaceWith([tracked('p', 'new', events, fail)]);

    expect(outcome).toMatchObject({
      replaced: [],
      kept: [{ pluginId: 'p', diagnostics: [{ code: 'E_INIT_FAILED', pluginId: 'p' }] }],
    });
    expect(outcome.diagnostics).toEqual(outcome.kept[0]!.diagnostics);
    expect(events).toEqual(['new init', 'new retires', 'new stops']);
  });

  it('tells the place where it was thrown, also of a module', async () => {
    const plugin = createTestPlugin('p');
    const { replaceWith } = await startHosted({ features: [plugin] });

    const { kept } = await replaceWith([plugin, createTestModule('p', 'm', {}, boom)]);

    expect(kept[0]!.diagnostics).toMatchObject([
      {
        code: 'E_INIT_FAILED',
        moduleId: 'm',
        fix: expect.stringContaining('mend what init threw'),
      },
    ]);
    expect(kept[0]!.diagnostics[0]!.thrownAt!.join()).toContain('replace.test.ts');
  });

  it('is tried again the next time, though no file changed since', async () => {
    let works = false;
    const old = createTestPlugin('p');
    const next = createTestPlugin('p', {}, () => (works ? undefined : boom()));
    const { replaceWith } = await startHosted({ features: [old] });

    const first = await replaceWith([next], unchanged);
    expect(first.kept).toHaveLength(0);
    await replaceWith([next]);
    works = true;

    expect((await replaceWith([next], unchanged)).replaced).toEqual(['p']);
    expect((await replaceWith([next], unchanged)).replaced).toEqual([]);
  });

  it('is given up after the limit, with what it waits for', async () => {
    const events: string[] = [];
    const { replaceWith } = await startHosted({ features: [tracked('p', 'old', events)] });
    events.length = 0;
    const slow = createTestRef('slow');
    const hangs = createTestFactory(slow, {}, () => new Promise(() => {}));

    const outcome = await replaceWith([tracked('p', 'new', events, () => new Promise(() => {}))], {
      startLimit: 20,
    });

    expect(outcome.kept).toMatchObject([
      { pluginId: 'p', diagnostics: [{ code: 'E_REPLACEMENT_SLOW' }] },
    ]);
    expect(outcome.kept[0]!.diagnostics[0]!.problem).toContain(
      "plugin 'p' waits for its own init function",
    );
    expect(events).toEqual(['new init', 'new retires', 'new stops']);
    expect(hangs).toBeDefined();
  });

  it('begins nothing more when what it waited for comes too late', async () => {
    const events: string[] = [];
    let finish: (() => void) | undefined;
    const slow = createTestModule('p', 'slow', {}, async () => {
      events.push('module init');
      await new Promise<void>((resolve) => (finish = resolve));
      events.push('module ends');
    });
    const { replaceWith } = await startHosted({ features: [createTestPlugin('p')] });

    const next = [tracked('p', 'new', events), slow];
    const { kept } = await replaceWith(next, { startLimit: 20 });
    finish!();
    await new Promise((resolve) => setImmediate(resolve));

    expect(kept).toMatchObject([{ diagnostics: [{ code: 'E_REPLACEMENT_SLOW' }] }]);
    expect(events).toEqual(['module init', 'module ends']);
  });

  it('disposes of what was made for it, also of what is made too late', async () => {
    const disposed: string[] = [];
    let finish: ((value: unknown) => void) | undefined;
    const ref = createTestRef('late');
    const quick = createTestRef('quick');
    const disposable = (name: string) => ({ [Symbol.dispose]: () => disposed.push(name) });
    const services = [
      createTestFactory(ref, {}, () => new Promise((resolve) => (finish = resolve))),
      createTestFactory(quick, {}, () => disposable('quick')),
    ];
    const { replaceWith } = await startHosted({ services, features: [createTestPlugin('p')] });

    await replaceWith([createTestPlugin('p', { quick, ref })], { startLimit: 20 });
    expect(disposed).toEqual(['quick']);
    finish!(disposable('late'));
    await new Promise((resolve) => setImmediate(resolve));

    expect(disposed).toEqual(['quick', 'late']);
  });

  it('that is of a plugin that is new is told as failed, and is not installed', async () => {
    const { replaceWith } = await startHosted({ features: [createTestPlugin('p')] });

    const outcome = await replaceWith([createTestPlugin('q', {}, boom)]);

    expect(outcome).toMatchObject({ stopped: ['p'], started: [], failed: [{ pluginId: 'q' }] });
    expect(outcome.plan.plugins).toEqual([]);
  });

  it('may lack a module where policy says so', async () => {
    const config = {
      backend: { startup: { default: { onPluginModuleBootFailure: 'continue' } } },
    };
    const { replaceWith } = await startHosted({ config, features: [createTestPlugin('p')] });

    const outcome = await replaceWith([
      createTestPlugin('p'),
      createTestModule('p', 'm', {}, boom),
    ]);

    expect(outcome.replaced).toEqual(['p']);
    expect(outcome.result.plugins[0]!.modules).toMatchObject([{ failure: { allowed: true } }]);
  });
});

describe('something that only one version can have', () => {
  const taken = Object.assign(new Error('listen EADDRINUSE'), { code: 'EADDRINUSE' });

  /** A plugin that holds a port, as far as this test goes. */
  function holder(
    version: string,
    port: { owner?: string | undefined },
    events: string[],
    fails = false,
  ) {
    return createTestPlugin('p', { lifecycle: coreServices.lifecycle }, async ({ lifecycle }) => {
      events.push(`${version} init`);
      if (port.owner) throw new Error('could not listen', { cause: taken });
      if (fails) throw new Error('other trouble');
      port.owner = version;
      lifecycle.addShutdownHook(() => {
        port.owner = undefined;
      });
    });
  }

  it('is given up by the old version first', async () => {
    const [port, events] = [{} as { owner?: string }, [] as string[]];
    const { replaceWith } = await startHosted({ features: [holder('old', port, events)] });

    const outcome = await replaceWith([holder('new', port, events)]);

    expect([outcome.replaced, outcome.diagnostics, port.owner]).toEqual([['p'], [], 'new']);
    expect(events).toEqual(['old init', 'new init', 'new init']);
  });

  it('comes back to the old version when the new one fails even so', async () => {
    const [port, events] = [{} as { owner?: string }, [] as string[]];
    const { replaceWith } = await startHosted({ features: [holder('old', port, events)] });

    const outcome = await replaceWith([holder('new', port, events, true)]);

    expect(outcome.kept).toMatchObject([
      {
        pluginId: 'p',
        startedAnew: true,
        diagnostics: [{ problem: expect.stringContaining('other trouble') }],
      },
    ]);
    expect([outcome.replaced, port.owner]).toEqual([[], 'old']);
    expect(events).toEqual(['old init', 'new init', 'new init', 'old init']);
  });

  it('may be lost for both, which is told', async () => {
    const port = {} as { owner?: string };
    let starts = 0;
    const old = createTestPlugin('p', {}, () => (starts++ > 0 ? boom() : (port.owner = 'old')));
    const { replaceWith } = await startHosted({ features: [old] });

    const outcome = await replaceWith([holder('new', port, [])]);

    expect(outcome).toMatchObject({ kept: [], replaced: [], failed: [{ pluginId: 'p' }] });
    expect(outcome.plan.plugins).toEqual([]);
  });
});

describe('what is wrong with the next backend', () => {
  const missing = createTestRef('missing');

  it('leaves the plugin alone that it belongs to, and others are replaced', async () => {
    const { replaceWith } = await startHosted({
      features: [createTestPlugin('a'), createTestPlugin('b')],
    });

    const outcome = await replaceWith([createTestPlugin('a', { missing }), createTestPlugin('b')]);

    expect(outcome).toMatchObject({
      replaced: ['b'],
      kept: [{ pluginId: 'a', diagnostics: [{ code: 'E_DEPENDENCY_MISSING' }] }],
    });
  });

  it.each([
    ['an import fails', () => Promise.reject(new SyntaxError('Unexpected token'))],
    ['a feature is none', () => undefined],
    ['register throws', () => createTestPlugin('a', {}, undefined, () => void boomNow())],
  ])('leaves a plugin running that may be in what is missing: %s', async (_, broken) => {
    const b = createTestPlugin('b');
    const { replaceWith } = await startHosted({ features: [createTestPlugin('a'), b] });

    const outcome = await replaceWith([broken(), createTestPlugin('b')]);

    expect(outcome).toMatchObject({ replaced: ['b'], stopped: [], kept: [{ pluginId: 'a' }] });
    expect(outcome.kept[0]!.diagnostics).toEqual(outcome.diagnostics);
    expect(outcome.diagnostics).toHaveLength(1);
  });

  it('replaces nothing when it belongs to the backend as a whole', async () => {
    const twice = createTestRef('twice');
    const { replaceWith } = await startHosted({ features: [createTestPlugin('a')] });

    const outcome = await replaceWith([
      createTestPlugin('a'),
      createTestFactory(twice),
      createTestFactory(twice),
    ]);

    expect(outcome).toMatchObject({
      replaced: [],
      diagnostics: [{ code: 'E_SERVICE_DUPLICATE' }],
    });
    expect(outcome).not.toHaveProperty('restartNeeded');
  });

  it('is told when it never tells its features', async () => {
    const { replaceWith } = await startHosted({ features: [createTestPlugin('a')] });

    const outcome = await replaceWith([new Promise(() => {})], { startLimit: 20 });

    expect(outcome.diagnostics).toMatchObject([{ code: 'E_REPLACEMENT_SLOW' }]);
    expect(outcome.diagnostics[0]!.problem).toContain('the import of features[0]');
  });
});

describe('what only a restart can change', () => {
  const ref = createTestRef('clock', 'root');
  const plugin = createTestPlugin('p');

  it.each<[string, BackendFeature[], BackendFeature[], RegExp]>([
    [
      'a factory changed',
      [createTestFactory(ref)],
      [createTestFactory(ref)],
      /service 'clock' is changed/,
    ],
    ['a factory came', [], [createTestFactory(ref)], /the factory of service 'clock' is new/],
    ['a factory went', [createTestFactory(ref)], [], /the factory of service 'clock' is gone/],
    [
      'a feature loader changed',
      [createRawLoader('L', () => [])],
      [createRawLoader('L', () => [])],
      /feature loader L is changed/,
    ],
  ])('is told, and nothing is replaced: %s', async (_, before, after, reason) => {
    const { replaceWith } = await startHosted({ features: [...before, plugin] });

    const outcome = await replaceWith([...after, createTestPlugin('p')]);

    expect(outcome.restartNeeded).toEqual([expect.stringMatching(reason)]);
    expect(outcome.replaced).toEqual([]);
  });

  it('is not a feature loader that is the same: what it returns is compared like the rest', async () => {
    let version = createTestPlugin('p');
    const loader = createRawLoader('L', () => [version]);
    const { replaceWith } = await startHosted({ features: [loader] });

    expect((await replaceWith([loader])).replaced).toEqual([]);
    version = createTestPlugin('p');

    expect((await replaceWith([loader])).replaced).toEqual(['p']);
  });

  it('is a root service that refs bring themselves', async () => {
    const seen: unknown[] = [];
    const use = (service: unknown) =>
      createTestPlugin('p', { service }, (deps) => seen.push(deps.service));
    const { replaceWith } = await startHosted({ features: [use(rootDefault('old'))] });

    const changed = await replaceWith([use(rootDefault('new'))]);
    const same = await replaceWith([use(rootDefault('same'))], {
      isChanged: () => false,
    });

    expect(changed.restartNeeded).toEqual([expect.stringMatching(/'root-default' is changed/)]);
    expect(same).not.toHaveProperty('restartNeeded');
    expect(seen).toEqual(['old']);
  });
});

describe('a plugin service that a ref brings itself', () => {
  it('replaces the plugin when it changed, though the plugin did not', async () => {
    const seen: unknown[] = [];
    const use = (service: unknown) =>
      createTestPlugin('p', { service }, (deps) => seen.push(deps.service));
    const { replaceWith } = await startHosted({ features: [use(pluginDefault('old'))] });

    // Of the factory, the place is not known: another object is another service.
    const outcome = await replaceWith([use(pluginDefault('new'))], unchanged);

    expect([outcome.replaced, seen]).toEqual([['p'], ['old', 'new']]);
  });
});

describe('several replacements', () => {
  it('run one after the other, and a stop waits for them', async () => {
    const events: string[] = [];
    const { replaceWith, hosted } = await startHosted({ features: [tracked('p', '0', events)] });
    events.length = 0;

    const first = replaceWith([tracked('p', '1', events)]);
    const second = replaceWith([tracked('p', '2', events)]);
    await first;
    const stopped = hosted.stop();

    await expect(second).resolves.toMatchObject({ replaced: ['p'] });
    await stopped;
    expect(events.filter((event) => / (?:serves|stops)$/.test(event))).toEqual([
      '1 serves',
      '0 stops',
      '2 serves',
      '1 stops',
      '2 stops',
    ]);
  });

  it('leave nothing behind', async () => {
    const { replaceWith } = await startHosted({ features: [createTestPlugin('p')] });
    const listeners = countListeners();
    const timers = process.getActiveResourcesInfo().length;

    for (let n = 0; n < 50; n++) await replaceWith([createTestPlugin('p')]);

    expect(countListeners()).toEqual(listeners);
    expect(process.getActiveResourcesInfo().length).toBeLessThanOrEqual(timers);
  });
});

describe('a backend that cannot be replaced in part', () => {
  it('has not started', async () => {
    const hosted = toHosted(createTestBackend());

    await expect(hosted.replaceWith(createNext(), unchanged)).rejects.toMatchObject({
      code: 'E_NOT_STARTED',
    });
  });

  it('was stopped', async () => {
    const { hosted } = await startHosted({ features: [] });
    await hosted.stop();

    await expect(hosted.replaceWith(createNext(), unchanged)).rejects.toMatchObject({
      code: 'E_ALREADY_STOPPED',
    });
  });

  it('is told to take on itself, or what no host was given', async () => {
    const { hosted } = await startHosted({ features: [] });

    for (const other of [hosted, { ...createNext() }]) {
      await expect(hosted.replaceWith(other, unchanged)).rejects.toMatchObject({
        code: 'E_NOT_REPLACEABLE',
      });
    }
  });
});
