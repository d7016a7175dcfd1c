import { describe, expect, it } from 'vitest';
import type { ServiceRef } from '@stagewire/plugin-api';
import {
  createRawLoader,
  createTestBackend,
  createTestFactory,
  createTestMultiton,
  createTestPlugin,
  createTestRef,
  startError,
} from './support.js';

const refs = Object.fromEntries(
  ['a', 'b', 'c', 'd', 'e'].map((id) => [id, createTestRef(id, 'root')]),
);
const service = (id: string, ...needs: string[]) =>
  createTestFactory(refs[id]!, Object.fromEntries(needs.map((need) => [need, refs[need]])));
const detected = (...lines: string[]) =>
  ['Circular dependencies detected:', ...lines.map((line) => `  ${line}`)].join('\n');

describe('two services that need each other', () => {
  it('[W3.19] [Q1] are refused before anything is built, with the way round', async () => {
    const built: string[] = [];
    const egg = createTestRef('egg', 'root');
    const hen = createTestRef('hen', 'root');
    const backend = createTestBackend({
      features: [
        createTestFactory(egg, { hen }, () => built.push('egg')),
        createTestFactory(hen, { egg }, () => built.push('hen')),
      ],
    });

    const error = await startError(backend);

    expect(error).toMatchObject({
      name: 'ConflictError',
      code: 'E_SERVICE_CYCLE',
      message: "Circular dependencies detected:\n  'egg' -> 'hen' -> 'egg'",
    });
    expect(built).toEqual([]);
  });

  it('[W3.18] are refused when a loader brings one of them', async () => {
    const loader = createRawLoader('L', () => [service('b', 'a')]);
    const next = createRawLoader('next', () => {
      throw new Error('not reached');
    });

    const error = await startError(
      createTestBackend({ features: [service('a', 'b'), loader, next] }),
    );

    expect(error).toMatchObject({ name: 'ConflictError', message: detected("'a' -> 'b' -> 'a'") });
  });

  it('[W3.18] are refused once where a loader needs them and nobody else knows', async () => {
    const one = { ...createTestRef('one', 'root') } as ServiceRef<unknown> & {
      __defaultFactory?: unknown;
    };
    const two = createTestRef('two', 'root');
    one.__defaultFactory = async () => createTestFactory(one, { two });
    const loader = createRawLoader('L', () => [], { one });

    const error = await startError(
      createTestBackend({ features: [createTestFactory(two, { one }), loader, loader] }),
    );

    expect(error.message).toBe(detected("'two' -> 'one' -> 'two'"));
  });
});

describe('services in circles', () => {
  it.each([
    ['one that needs itself', [service('a', 'a')], ["'a' -> 'a'"]],
    [
      'three',
      [service('a', 'b'), service('b', 'c'), service('c', 'a')],
      ["'a' -> 'b' -> 'c' -> 'a'"],
    ],
    [
      'several circles, in the order of the registry',
      [service('a', 'b'), service('c', 'd'), service('b', 'a'), service('d', 'c')],
      ["'a' -> 'b' -> 'a'", "'c' -> 'd' -> 'c'"],
    ],
    [
      'what only leads to a circle left out',
      [service('e', 'a'), service('a', 'b'), service('b', 'a', 'c'), service('c')],
      ["'a' -> 'b' -> 'a'"],
    ],
    [
      'two ways round the same services as one',
      [service('a', 'b', 'c'), service('b', 'c', 'a'), service('c', 'a', 'b')],
      ["'a' -> 'b' -> 'a'", "'b' -> 'c' -> 'b'", "'c' -> 'a' -> 'c'"],
    ],
  ])('[W3.18] are told: %s', async (_, features, lines) => {
    const error = await startError(createTestBackend({ features }));

    expect(error.message).toBe(detected(...lines));
  });

  it('[W3.20] are visited in the order of the registry, where an override keeps its place', async () => {
    const services = [service('b'), service('a')];
    const features = [service('a', 'b'), service('b', 'a')];

    const error = await startError(createTestBackend({ services, features }));

    expect(error.message).toBe(detected("'b' -> 'a' -> 'b'"));
  });

  it('[W3.18] are refused for plugin services and multitons, too', async () => {
    const many = createTestMultiton('many', 'plugin');
    const own = createTestRef('own');
    const features = [
      createTestFactory(many, {}),
      createTestFactory(many, { own }),
      createTestFactory(own, { many }),
    ];

    const error = await startError(createTestBackend({ features }));

    expect(error.message).toBe(detected("'many' -> 'own' -> 'many'"));
  });
});

describe('default factories of refs', () => {
  type Ref = ServiceRef<unknown> & { __defaultFactory?: unknown };
  const withDefault = (id: string, deps: () => Record<string, Ref>): Ref => {
    const ref: Ref = { ...createTestRef(id, 'root') };
    ref.__defaultFactory = async () => createTestFactory(ref, deps(), () => id);
    return ref;
  };
  const using = (ref: Ref) => createTestBackend({ features: [createTestPlugin('p', { ref })] });

  it('[W3.20] [Q1] in a circle are refused as well, instead of a start that never ends', async () => {
    const a: Ref = withDefault('a', () => ({ b }));
    const b: Ref = withDefault('b', () => ({ a }));

    expect((await startError(using(a))).message).toBe(detected("'a' -> 'b' -> 'a'"));
  });

  it('[W3.20] of two copies of a ref are two services, of which one may need the other', async () => {
    const plain = withDefault('x', () => ({}));
    const middle = withDefault('y', () => ({ plain }));
    const outer = withDefault('x', () => ({ middle }));

    await expect(using(outer).start()).resolves.toMatchObject({ result: { outcome: 'success' } });
  });

  it('[W3.20] [Q1] are refused if only the second copy of a ref goes round', async () => {
    const plain = withDefault('x', () => ({}));
    const middle: Ref = withDefault('y', () => ({ outer }));
    const outer: Ref = withDefault('x', () => ({ middle }));
    const features = [createTestPlugin('p', { plain }), createTestPlugin('q', { outer })];

    const error = await startError(createTestBackend({ features }));

    expect(error.message).toMatch(
      /^Circular dependencies detected:\n {2}'[xy]' -> '[xy]' -> '[xy]'$/,
    );
  });
});
