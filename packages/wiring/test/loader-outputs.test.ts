import { describe, expect, it } from 'vitest';
import * as published from '@backstage/backend-plugin-api';
import * as own from '@stagewire/plugin-api';
import type { BackendFeature } from '@stagewire/plugin-api';
import { createRawLoader, createTestBackend, createTestPlugin, startError } from './support.js';

const apis: Array<[string, typeof own]> = [
  ['this plugin API', own],
  ['the published plugin API', published as unknown as typeof own],
];
const refusal = (...features: unknown[]) => startError(createTestBackend({ features }));

const idsOf = async (feature: BackendFeature) =>
  (await createTestBackend({ features: [feature] }).start()).plan.plugins.map(
    ({ pluginId }) => pluginId,
  );

describe('what a feature loader gives', () => {
  const plugins = ['a', 'b', 'c', 'd'].map((id) => createTestPlugin(id));
  const [a, b, c, d] = plugins as [BackendFeature, BackendFeature, BackendFeature, BackendFeature];

  const forms: Array<[string, () => unknown]> = [
    ['an array', () => [a, b, c, d]],
    ['a promise of an array', async () => [a, b, c, d]],
    [
      'a generator',
      function* () {
        yield* [a, b, c, d];
      },
    ],
    [
      'an async generator',
      async function* () {
        yield* [a, b, c, d];
      },
    ],
    ['a set', () => new Set([a, b, c, d])],
    [
      'promises',
      () => [
        Promise.resolve({ default: a }),
        { default: b },
        Promise.resolve({ default: { default: c } }),
        d,
      ],
    ],
    [
      'a generator of imports',
      function* () {
        yield Promise.resolve({ default: a });
        yield { default: b };
        yield c;
        yield d;
      },
    ],
    [
      'an async generator of imports',
      async function* () {
        yield { default: { default: { default: a } } };
        yield* [b, c, d];
      },
    ],
  ];

  it.each(
    apis.flatMap(([name, api]) =>
      forms.map(([form, loader]) => [form, name, loader, api] as const),
    ),
  )('[W4.3] [W8.7] may be %s, with %s', async (_form, _name, loader, api) => {
    expect(await idsOf(api.createBackendFeatureLoader({ loader: loader as never }))).toEqual([
      'a',
      'b',
      'c',
      'd',
    ]);
  });

  it('[W4.3] made by hand may hold promises and imports, as what is added', async () => {
    const loader = createRawLoader('L', () => [
      Promise.resolve(a),
      Promise.resolve({ default: b }),
      { default: { default: c } },
      d,
    ]);

    expect(await idsOf(loader)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('[W4.3] made by hand may hold promises that are rejected', async () => {
    const reasons = [new Error('first'), new Error('second')];
    const loader = createRawLoader('L', () => reasons.map((reason) => Promise.reject(reason)));

    expect((await refusal(loader)).message).toBe('Feature loader L failed; caused by Error: first');
  });

  it('[W8.1] may be loaders, nested as deep as one likes', async () => {
    let loader = createRawLoader('innermost', () => [a]);
    for (let depth = 0; depth < 40; depth++) {
      const inner = loader;
      loader = createRawLoader(`${depth}`, () => [inner]);
    }

    expect(await idsOf(loader)).toEqual(['a']);
  });

  it('[W8.1] is refused if loaders give loaders without end', async () => {
    let runs = 0;
    const endless = createRawLoader('endless', () => (runs++, [endless, endless]));
    const after = createRawLoader('after', () => (runs++, []));

    const error = await refusal(endless, after);

    expect(error).toMatchObject({ code: 'E_LOADER_FAILED' });
    expect(error.message).toBe(
      'Feature loader endless failed; caused by Error: 50 loaders deep, and no end',
    );
    expect(runs).toBe(50);
  });
});
