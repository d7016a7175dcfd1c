import * as published from '@backstage/backend-plugin-api';
import { describe, expect, it } from 'vitest';
import {
  coreServices,
  createBackendFeatureLoader,
  createBackendPlugin,
  type BackendFeature,
  type CreateBackendFeatureLoaderOptions,
} from '../src/index.js';
import type { FeatureLoaderShape } from '../src/internal.js';
import { dataOf } from './registrations.js';

type Loader = CreateBackendFeatureLoaderOptions<{}>['loader'];

const a = createBackendPlugin({ pluginId: 'a', register() {} });
const b = createBackendPlugin({ pluginId: 'b', register() {} });
const c = createBackendPlugin({ pluginId: 'c', register() {} });

describe('a feature loader', () => {
  it('[W1.8] is a feature that holds its deps and what loads', () => {
    const deps = { config: coreServices.rootConfig };
    const options = { deps, loader: () => [] };
    const loader = shapeOf(createBackendFeatureLoader(options));
    const theirs = shapeOf(published.createBackendFeatureLoader(options));

    expect(loader).toMatchObject({
      $$type: '@backstage/BackendFeature',
      version: 'v1',
      featureType: 'loader',
      deps,
    });
    expect(dataOf({ ...loader, description: '' })).toEqual(dataOf({ ...theirs, description: '' }));
  });

  it('[W1.8] describes itself by where it was created', () => {
    const { description } = shapeOf(createBackendFeatureLoader({ loader: () => [] }));

    expect(description).toMatch(/^created at '.*create-backend-feature-loader\.test\.ts:\d+:\d+'$/);
  });

  it('[W1.8] can be created where nothing is known about the place', () => {
    const prepareStackTrace = Error.prepareStackTrace;
    Error.prepareStackTrace = (_error, callSites) => callSites;
    try {
      const { description } = shapeOf(createBackendFeatureLoader({ loader: () => [] }));

      expect(description).toBe("created at 'unknown'");
    } finally {
      Error.prepareStackTrace = prepareStackTrace;
    }
  });

  it.each<[string, Loader]>([
    ['returns an array', () => [a, b]],
    ['returns any iterable', () => new Set([a, b])],
    ['is async', async () => [a, b]],
    [
      'is a generator',
      function* () {
        yield a;
        yield b;
      },
    ],
    [
      'is an async generator',
      async function* () {
        yield a;
        yield b;
      },
    ],
    [
      'yields modules',
      async function* () {
        yield { default: a };
        yield { default: b };
      },
    ],
    [
      'returns modules that are being imported',
      () => [Promise.resolve({ default: a }), Promise.resolve({ default: b })],
    ],
    [
      'mixes all of these',
      function* () {
        yield a;
        yield Promise.resolve({ default: b });
      },
    ],
  ])('[W2.6] gives its features in order when it %s', async (_case, loader) => {
    await expect(load(loader)).resolves.toEqual([a, b]);
  });

  it('[W2.6] awaits what is promised one after another', async () => {
    const asked: string[] = [];
    const slow = { default: a };

    const features = await load(function* () {
      asked.push('first');
      yield new Promise<typeof slow>((resolve) => {
        setImmediate(() => {
          asked.push('first is there');
          resolve(slow);
        });
      });
      asked.push('second');
      yield Promise.resolve({ default: b });
      yield c;
    });

    expect(features).toEqual([a, b, c]);
    expect(asked).toEqual(['first', 'first is there', 'second']);
  });

  it('[W2.6] keeps features that are functions, as older plugin APIs make them', async () => {
    const callable = Object.assign(() => {}, { $$type: '@backstage/BackendFeature' as const });

    await expect(load(() => [callable])).resolves.toEqual([callable]);
  });

  it('[W2.6] takes one default away, and leaves the next to the backend', async () => {
    const twice = { default: { default: a } } as unknown as { default: BackendFeature };

    await expect(load(() => [Promise.resolve(twice)])).resolves.toEqual([{ default: a }]);
  });

  it('[W2.6] hands its deps to the loader', async () => {
    const loader = shapeOf(
      createBackendFeatureLoader({
        deps: { config: coreServices.rootConfig },
        loader: ({ config }) => [Promise.resolve({ default: config as unknown as BackendFeature })],
      }),
    );

    await expect(loader.loader({ config: 'C' })).resolves.toEqual(['C']);
  });

  it.each<[unknown, string]>([
    [{}, 'Invalid item "[object Object]"'],
    [{ $$type: 'other' }, 'Invalid item "[object Object]"'],
    ['todo', 'Invalid item "todo"'],
    [null, 'Invalid item "null"'],
    [undefined, 'Invalid item "undefined"'],
  ])('[W2.6] refuses the item %j', async (item, message) => {
    await expect(load(() => [item as BackendFeature])).rejects.toMatchObject({
      name: 'Error',
      code: 'E_LOADER_ITEM_INVALID',
      message,
    });
  });

  it.each([undefined, null, 5, {}, a, () => [a]])(
    '[W2.6] refuses %s in the place of features',
    async (result) => {
      await expect(load((() => result) as unknown as Loader)).rejects.toMatchObject({
        code: 'E_LOADER_RESULT_INVALID',
        fix: expect.stringContaining('create-backend-feature-loader.test.ts'),
      });
    },
  );

  it('[W2.6] rejects with what the loader throws, now or later', async () => {
    const failure = new Error('broken');

    await expect(
      load(() => {
        throw failure;
      }),
    ).rejects.toBe(failure);
    await expect(load(async () => Promise.reject(failure))).rejects.toBe(failure);
    await expect(load(() => [a, Promise.reject(failure)])).rejects.toBe(failure);
  });
});

function load(loader: Loader): Promise<unknown> {
  return shapeOf(createBackendFeatureLoader({ loader })).loader({});
}

function shapeOf(loader: BackendFeature): FeatureLoaderShape {
  return loader as FeatureLoaderShape;
}
