import { describe, expect, it } from 'vitest';
import { coreServices, createServiceRef, decorateService } from '../src/index.js';
import {
  FEATURE_ORIGIN,
  type FeatureOriginHint,
  type ServiceDecoratorFeatureShape,
} from '../src/internal.js';

interface Counter {
  count(): number;
  readonly name: string;
}

/** With state that only its own methods reach, as services have it. */
class PrivateCounter implements Counter {
  #count = 0;
  name = 'private';

  count(): number {
    return ++this.#count;
  }

  get doubled(): number {
    return this.#count * 2;
  }

  startup(): string {
    return `${this.name} started`;
  }
}

const counterRef = createServiceRef<Counter>({ id: 'counter' });
const shapeOf = (feature: unknown) => feature as ServiceDecoratorFeatureShape;

/** What a backend gets from a decorator that returns this. */
const wrap = (inner: unknown, outer: unknown) =>
  shapeOf(
    decorateService({ service: counterRef, decorate: () => outer as Counter }),
  ).decorator.decorate(inner, {}) as Promise<PrivateCounter>;

describe('a decorator as a feature', () => {
  it('holds the ref, whom it is for and what it needs', async () => {
    const deps = { logger: coreServices.logger };
    const { decorator, ...feature } = shapeOf(
      decorateService({
        service: counterRef,
        plugins: ['todo'],
        deps,
        decorate: (inner, { logger }) => ({ name: `${inner.name} ${String(logger)}` }),
      }),
    );

    expect(feature).toMatchObject({ $$type: '@backstage/BackendFeature', version: 'v1' });
    expect(decorator).toMatchObject({ service: counterRef, plugins: ['todo'], deps });
    const decorated = await decorator.decorate(new PrivateCounter(), { logger: 'logger' });
    expect(decorated).toHaveProperty('name', 'private logger');
  });

  it('is for all plugins and needs nothing, unless it says so', () => {
    const feature = decorateService({ service: counterRef, decorate: (inner) => inner });

    expect(shapeOf(feature).decorator).toMatchObject({ deps: {} });
    expect(shapeOf(feature).decorator).not.toHaveProperty('plugins');
  });

  it('knows where it was made', () => {
    const feature = decorateService({ service: counterRef, decorate: (inner) => inner });

    const { [FEATURE_ORIGIN]: origin } = feature as { [FEATURE_ORIGIN]?: FeatureOriginHint };
    expect(origin?.file).toBe(import.meta.filename);
    expect(shapeOf(feature).description).toMatch(
      /^decorator of service "counter", created at '.*decorate-service\.test\.ts:\d+:\d+'$/,
    );
  });

  it('is a feature loader to those who do not know decorators, and says what is the matter', async () => {
    const feature = decorateService({ service: counterRef, decorate: (inner) => inner });

    expect(shapeOf(feature).featureType).toBe('loader');
    await expect(shapeOf(feature).loader({})).rejects.toMatchObject({
      code: 'E_DECORATOR_UNSUPPORTED',
      message: "This backend does not know decorators, and leaves service 'counter' as it is",
    });
  });

  it('rejects with what the author throws', async () => {
    const failure = new Error('boom');
    const feature = decorateService({
      service: counterRef,
      decorate: () => {
        throw failure;
      },
    });

    await expect(shapeOf(feature).decorator.decorate({}, {})).rejects.toBe(failure);
  });

  it.each([undefined, null])('is refused where it returns %s', async (nothing) => {
    await expect(wrap({}, nothing)).rejects.toMatchObject({ code: 'E_DECORATOR_EMPTY' });
  });
});

describe('what a decorator returns', () => {
  it('is laid over the inner instance, whose methods and private state stay', async () => {
    const inner = new PrivateCounter();
    const outer = await wrap(inner, { count: () => inner.count() + 100 });

    const { startup } = outer;
    expect([outer.count(), outer.count(), inner.count()]).toEqual([101, 102, 3]);
    expect([outer.name, outer.doubled, startup()]).toEqual(['private', 6, 'private started']);
    expect(outer).toBeInstanceOf(PrivateCounter);
  });

  it('loses no method where it is spread from a class', async () => {
    const inner = new PrivateCounter();

    const outer = await wrap(inner, { ...inner, name: 'spread' });

    expect([outer.count(), outer.name, inner.name]).toEqual([1, 'spread', 'private']);
  });

  it('calls itself where its methods do', async () => {
    const outer = await wrap(new PrivateCounter(), {
      name: 'outer',
      startup(this: Counter) {
        return `${this.name} ${this.count()}`;
      },
    });

    expect(outer.startup()).toBe('outer 1');
  });

  it('can be listed, spread, asked and written to like the inner instance', async () => {
    const inner: Record<string, unknown> = { a: 1, b: 2 };
    const outer = (await wrap(inner, { b: 3, c: 4 })) as unknown as typeof inner;

    outer.a = 5;
    outer.b = 6;

    expect({ ...outer }).toEqual({ a: 5, b: 6, c: 4 });
    expect(inner).toEqual({ a: 5, b: 2 });
    expect(['a' in outer, 'c' in outer, 'd' in outer]).toEqual([true, true, false]);
    expect(Object.keys(outer)).toEqual(['a', 'b', 'c']);
  });

  it('can be defined and deleted where it is, as spies do with methods', async () => {
    const inner: Record<string, unknown> = { a: 1, b: 2 };
    const outer = (await wrap(inner, { b: 3 })) as unknown as typeof inner;

    Object.defineProperty(outer, 'a', { value: 5, configurable: true });
    delete outer.b;

    expect([outer.a, inner.a, outer.b]).toEqual([5, 5, 2]);
  });

  it('gives the same method each time, so that it can be compared', async () => {
    const outer = await wrap(new PrivateCounter(), {});

    expect(outer.count).toBe(outer.count);
  });

  it('works over what is frozen', async () => {
    const inner = Object.freeze({ count: () => 1, name: 'frozen' });

    const outer = await wrap(inner, { name: 'outer' });

    expect([outer.count(), outer.name]).toEqual([1, 'outer']);
  });

  it('leaves disposing of the inner instance to whoever made it', async () => {
    const inner = { [Symbol.dispose]: () => {}, [Symbol.asyncDispose]: async () => {} };

    const outer: object = await wrap(inner, {});

    expect([Symbol.dispose in outer, Symbol.asyncDispose in outer]).toEqual([false, false]);
    expect(Reflect.ownKeys(outer)).toEqual([]);
  });

  it('has no door to go past it, but can be iterated', async () => {
    const door = Symbol('door');
    const inner = { [door]: () => 1, [Symbol.iterator]: () => [1, 2].values() };

    const outer = (await wrap(inner, {})) as unknown as typeof inner;

    expect(outer[door]).toBeUndefined();
    expect([...outer]).toEqual([1, 2]);
  });

  it.each([
    ['an instance of a class', new PrivateCounter()],
    ['a function', () => 1],
    ['a text', 'outer'],
    ['the falsy', 0],
  ])('takes the place of the inner instance where it is %s', async (_, outer) => {
    expect(await wrap({ name: 'inner' }, outer)).toBe(outer);
  });

  it('takes its place, too, where that has no members', async () => {
    const outer = { name: 'outer' };

    expect(await wrap(undefined, outer)).toBe(outer);
    expect(await wrap('inner', outer)).toBe(outer);
  });
});
