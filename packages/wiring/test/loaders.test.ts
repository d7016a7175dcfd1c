import { describe, expect, it } from 'vitest';
import { coreServices, type BackendFeature } from '@stagewire/plugin-api';
import {
  createRawFeature,
  createRawLoader,
  createTestBackend,
  createTestFactory,
  createTestModule,
  createTestPlugin,
  createTestRef,
  problemsOf,
  startError,
} from './support.js';

const root = createTestRef('svc', 'root');
const refusal = (...features: unknown[]) => startError(createTestBackend({ features }));

describe('feature loaders', () => {
  it('[W8.1] run one after the other, depth first, before any plugin registers', async () => {
    const events: string[] = [];
    const loader = (name: string, ...features: BackendFeature[]) =>
      createRawLoader(name, async () => {
        events.push(`${name} begins`);
        await new Promise((done) => setImmediate(done));
        events.push(`${name} ends`);
        return features;
      });
    const plugin = createTestPlugin(
      'p',
      {},
      () => {},
      () => events.push('register'),
    );
    const tree = loader('a', loader('a1', loader('a1x')), loader('a2'));

    await createTestBackend({ features: [plugin, tree, loader('b')] }).start();

    const names = ['a', 'a1', 'a1x', 'a2', 'b'];
    expect(events).toEqual([
      ...names.flatMap((name) => [`${name} begins`, `${name} ends`]),
      'register',
    ]);
  });

  it('[W5.1] give plugins that register after those that were added, in the order of discovery', async () => {
    const events: string[] = [];
    const plugin = (id: string) => createTestPlugin(id, {}, undefined, () => events.push(id));
    const loader = createRawLoader('L', () => [
      plugin('b'),
      createRawLoader('nested', () => [plugin('d')]),
      plugin('c'),
    ]);

    await createTestBackend({ features: [loader, plugin('a')] }).start();

    expect(events).toEqual(['a', 'b', 'c', 'd']);
  });

  it('[W8.7] give service factories, plugins, modules and loaders alike', async () => {
    const seen: string[] = [];
    const tell = ({ svc }: { svc: string }) => seen.push(svc);
    const loader = createRawLoader('L', () => [
      createTestModule('p', 'm', { svc: root }, tell),
      createRawLoader('nested', () => [createTestPlugin('p', { svc: root }, tell)]),
      createTestFactory(root),
    ]);

    await createTestBackend({ features: [loader] }).start();

    expect(seen).toEqual(['svc', 'svc']);
  });

  it('[W8.8] give a plugin twice if it was added as well', async () => {
    const plugin = createTestPlugin('p');

    const error = await refusal(
      plugin,
      createRawLoader('L', () => [plugin]),
    );

    expect(error.message).toContain("caused by Error: Plugin 'p' is already registered");
    expect(problemsOf(error)).toEqual(["Plugin 'p' is already registered"]);
  });
});

const depending = (deps: unknown) =>
  createRawLoader('L', () => [], deps as Record<string, unknown>);

describe('what a feature loader depends on', () => {
  it.each([
    ['no object', 7, 'feature loader L.deps, expected a dependency object, received 7'],
    ['an array', [], 'feature loader L.deps, expected a dependency object, received an array'],
    [
      'no ref',
      { x: null },
      'feature loader L.deps.x, expected a service reference object, received null',
    ],
  ])('[W8.2] cannot be %s', async (_, deps, problem) => {
    const error = await refusal(depending(deps));

    expect(error).toMatchObject({ name: 'InputError', code: 'E_FEATURE_INVALID' });
    expect(error.message).toBe(`Invalid backend feature at ${problem}`);
  });

  it('[W8.2] cannot be of plugin scope', async () => {
    const error = await refusal(depending({ log: coreServices.logger }));

    expect(error).toMatchObject({
      code: 'E_LOADER_SCOPE',
      message:
        "Feature loaders can only depend on root scoped services, but 'log' is scoped to 'plugin'. Offending loader is L",
    });
  });

  it('[W8.3] has to be there', async () => {
    const byHand = Object.assign(Object.create(null), {
      $$type: '@backstage/ServiceRef',
      id: 'b',
      scope: 'root',
    });
    const deps = { a: createTestRef('a', 'root'), b: byHand, logger: coreServices.rootLogger };

    expect(await refusal(depending(deps))).toMatchObject({
      code: 'E_LOADER_MISSING',
      message:
        'No service available for the following ref(s): serviceRef{a}, serviceRef{b}, depended on by feature loader L',
    });
  });

  it('[W8.4] is made early, of the factories known so far', async () => {
    const events: string[] = [];
    const svc = (name: string) =>
      createTestFactory(root, {}, () => (events.push(`make ${name}`), name));
    const looking = (name: string) =>
      createRawLoader(name, (deps) => (events.push(`${name} got ${deps.root}`), []), { root });
    const giving = createRawLoader('giving', () => [svc('loaded')]);

    await createTestBackend({
      services: [svc('default')],
      features: [giving, looking('A')],
    }).start();
    await createTestBackend({
      services: [svc('default')],
      features: [looking('B'), svc('added'), looking('C')],
    }).start();

    expect(events).toEqual([
      'make loaded',
      'A got loaded',
      'make added',
      'B got added',
      'C got added',
    ]);
  });

  it.each<[unknown]>([[new RangeError('boom')], [{ name: 'Odd', message: 'boom' }]])(
    '[W8.4] fails the start with the error of the service itself: %o',
    async (reason) => {
      const factory = createTestFactory(root, {}, () => Promise.reject(reason));

      expect(await refusal(factory, depending({ root }))).toBe(reason);
    },
  );

  it('[W8.4] fails the start with a told error also if the service throws a text', async () => {
    const factory = createTestFactory(root, {}, () => Promise.reject('boom'));

    expect(await refusal(factory, depending({ root }))).toMatchObject({
      name: 'Error',
      message: 'boom',
    });
  });
});

const failing = (name: string) => createRawLoader(name, () => Promise.reject(new Error(name)));

describe('a feature loader that fails', () => {
  it.each<[unknown, string]>([
    [new TypeError('boom'), 'TypeError: boom'],
    ['boom', 'Error: boom'],
    [undefined, "Error: unknown error 'undefined'"],
  ])('[W8.5] is told, with the name of its cause: %o', async (reason, text) => {
    const error = await refusal(createRawLoader('L', () => Promise.reject(reason)));

    expect(error).toMatchObject({ name: text.split(':')[0], code: 'E_LOADER_FAILED' });
    expect(error.message).toBe(`Feature loader L failed; caused by ${text}`);
  });

  it('[W8.5] leaves the others to be told, too', async () => {
    const error = await refusal(failing('A'), failing('B'), 7);

    expect(problemsOf(error)).toEqual([
      'Invalid backend feature at features[2], expected an object or function, received 7',
      'Feature loader A failed; caused by Error: A',
      'Feature loader B failed; caused by Error: B',
    ]);
  });

  it('[W8.5] is called by its place where it has no description', async () => {
    const nameless = createRawFeature({
      featureType: 'loader',
      loader: () => Promise.reject(new Error('boom')),
    });
    const empty = createRawFeature({ featureType: 'loader' });

    expect((await refusal(nameless)).message).toBe(
      'Feature loader features[0] failed; caused by Error: boom',
    );
    expect((await refusal(empty)).message).toMatch(
      /^Feature loader features\[0\] failed; caused by TypeError: /,
    );
  });

  it.each([
    [undefined, 'undefined'],
    ['abc', '"abc"'],
    [{}, 'an object'],
    [new Set(), 'an object'],
  ])('[W8.6] is one that gives no array but %o', async (output, received) => {
    const error = await refusal(createRawLoader('L', () => output));

    expect(error).toMatchObject({
      name: 'InputError',
      message: `Invalid backend feature at feature loader L -> loader output, expected an array of backend features, received ${received}`,
    });
  });

  it('[W8.7] installs nothing of its outputs if one of them is malformed', async () => {
    const made: string[] = [];
    const outputs = [
      createTestFactory(root, {}, () => made.push('svc')),
      createTestPlugin('p', {}, () => made.push('p')),
      7,
    ];
    const nested = createRawLoader('nested', () => made.push('nested'));

    const error = await refusal(createRawLoader('L', () => [nested, ...outputs]));

    expect(error.message).toContain('at feature loader L -> loader output[3]');
    expect(made).toEqual([]);
  });
});
