import { describe, expect, it } from 'vitest';
import type { BackendFeature, ServiceRef } from '@stagewire/plugin-api';
import type { ServiceRefShape } from '@stagewire/plugin-api/internal';
import {
  createRawLoader,
  createTestBackend,
  createTestFactory,
  createTestMultiton,
  createTestPlugin,
  createTestRef,
  problemsOf,
  startError,
} from './support.js';

type DefaultFactory = (ref: ServiceRefShape) => Promise<unknown>;

/** A copy of a ref, as a copy of its package would make it. */
const copy = (id: string, makeFactory: DefaultFactory, scope: 'root' | 'plugin' = 'root') =>
  ({ ...createTestRef(id, scope), __defaultFactory: makeFactory }) as ReturnType<
    typeof createTestRef
  >;

const making =
  (make: () => unknown): DefaultFactory =>
  async (ref) =>
    createTestFactory(ref as never, {}, make);

async function resolve(refs: Record<string, unknown>, ...features: BackendFeature[]) {
  const seen: Array<Record<string, unknown>> = [];
  const plugins = ['p', 'q'].map((id) => createTestPlugin(id, refs, (deps) => seen.push(deps)));
  await createTestBackend({ features: [...plugins, ...features] }).start();
  return seen;
}

const failing = () => Promise.reject(new Error('boom'));

describe('the default factory of a ref', () => {
  it('[W3.9] is loaded once, whoever needs it and however often', async () => {
    let loaded = 0;
    const ref = copy('x', (service) => (loaded++, making(() => ({}))(service)));
    const user = createTestRef('user', 'root');

    const seen = await resolve(
      { ref, user },
      createTestFactory(user, { ref }, (deps) => deps.ref),
    );

    expect(loaded).toBe(1);
    expect(new Set(seen.flatMap((deps) => Object.values(deps))).size).toBe(1);
  });

  it('[W3.9] is not loaded where somebody else provides the service', async () => {
    const ref = copy('x', () => Promise.reject(new Error('unwanted')));

    const [deps] = await resolve(
      { ref },
      createTestFactory(ref, {}, () => 'added'),
    );

    expect(deps).toEqual({ ref: 'added' });
  });

  it('[W3.9] is another one for each copy of a ref with its own function', async () => {
    const one = copy(
      'x',
      making(() => 'of one'),
    );
    const two = copy(
      'x',
      making(() => 'of two'),
    );

    const [deps] = await resolve({ one, two });

    expect(deps).toEqual({ one: 'of one', two: 'of two' });
  });

  it('[W3.9] is the same for copies that share a function, even under two ids', async () => {
    let loaded = 0;
    const shared: DefaultFactory = (ref) => (loaded++, making(() => ({}))(ref));

    const [deps] = await resolve({
      one: copy('x', shared),
      two: copy('x', shared),
      three: copy('y', shared),
    });

    expect(loaded).toBe(1);
    expect(new Set(Object.values(deps!)).size).toBe(1);
  });

  it('[W3.9] may turn out to be a function that gives it', async () => {
    const calls: unknown[] = [];
    const old: DefaultFactory =
      async (ref) =>
      (...args: unknown[]) => {
        calls.push(args);
        return createTestFactory(ref as never, {}, () => 'of old');
      };

    const [deps] = await resolve({ ref: copy('x', old) });

    expect(deps).toEqual({ ref: 'of old' });
    expect(calls).toEqual([[]]);
  });

  it.each<[string, DefaultFactory, string]>([
    ['rejects', () => Promise.reject(new TypeError('boom')), 'TypeError: boom'],
    [
      'throws',
      () => {
        throw new Error('boom');
      },
      'Error: boom',
    ],
    [
      'rejects with an error of another kind',
      () => Promise.reject({ name: 'Odd', message: 'boom' }),
      'Odd: boom',
    ],
    [
      'gives nothing',
      async () => undefined,
      'InputError: Invalid backend feature at default factory for service "x", expected an object or function, received undefined',
    ],
    [
      'gives a function that gives nothing',
      async () => () => null,
      'InputError: Invalid backend feature at default factory for service "x", expected an object or function, received null',
    ],
  ])('[W3.9] is told when it %s', async (_, makeFactory, reason) => {
    const plugin = createTestPlugin('p', { ref: copy('x', makeFactory) });

    const error = await startError(createTestBackend({ features: [plugin] }));

    expect(error.message.split('\n')[1]).toBe(
      `  Plugin 'p' startup failed; caused by Error: Failed to instantiate service 'x' because the default factory loader threw an error, ${reason}`,
    );
    expect(error).toMatchObject({ code: 'E_STARTUP_FAILED' });
  });

  it('[W3.9] is told with the id of each ref that shares a failing function', async () => {
    const plugin = createTestPlugin('p', { x: copy('x', failing), y: copy('y', failing) });

    const error = await startError(createTestBackend({ features: [plugin] }));

    expect(problemsOf(error)).toEqual(
      ['x', 'y'].map(
        (id) =>
          `Failed to instantiate service '${id}' because the default factory loader threw an error, Error: boom`,
      ),
    );
  });

  it("[W3.9] is told where a root service needs it, as that service's failure", async () => {
    const x = copy('x', () => Promise.reject(new Error('boom')));
    const user = createTestFactory(createTestRef('user', 'root'), { x });

    const error = await startError(createTestBackend({ features: [user] }));

    expect(error).toMatchObject({
      code: 'E_SERVICE_DEFAULT_FACTORY',
      message:
        "Failed to instantiate service 'x' because the default factory loader threw an error, Error: boom",
    });
  });
});

const tooLate = (id: string) =>
  `Unable to set service factory with id ${id}, service has already been instantiated`;
const looking = (ref: unknown) => createRawLoader('looking', () => [], { ref });
const giving = (ref: ServiceRef<unknown>) =>
  createRawLoader('giving', () => [createTestFactory(ref)]);

describe('a factory for a service that was looked up already', () => {
  const used = createTestRef('used', 'root');
  const inner = createTestRef('inner', 'root');
  const user = createTestFactory(used, { inner });

  it.each([
    [
      'by the loader that gives it',
      createRawLoader('L', () => [createTestFactory(used)], { used }),
      [],
      'used',
    ],
    ['by an earlier loader', looking(used), [giving(used)], 'used'],
    ['by a service that an earlier loader used', looking(used), [giving(inner)], 'inner'],
  ])('[W3.10] %s is refused', async (_, first, rest, id) => {
    const services = [user, createTestFactory(inner)];

    const error = await startError(createTestBackend({ services, features: [first, ...rest] }));

    expect(error).toMatchObject({ message: tooLate(id), code: 'E_SERVICE_TOO_LATE' });
    expect(error.fix).toContain('backend.add()');
  });

  it('[W3.10] is refused even if nothing was found', async () => {
    const error = await startError(
      createTestBackend({ features: [looking(inner), giving(inner)] }),
    );

    expect(problemsOf(error)).toEqual([
      'No service available for the following ref(s): serviceRef{inner}, depended on by feature loader looking',
      tooLate('inner'),
    ]);
  });

  it('[W3.10] is refused for a multiton of which there was none', async () => {
    const many = createTestMultiton('many');

    const error = await startError(createTestBackend({ features: [looking(many), giving(many)] }));

    expect(error.message).toBe(tooLate('many'));
  });

  it('[W3.10] is refused where the default factory of the ref was used', async () => {
    const ref = copy(
      'x',
      making(() => 'default'),
    );

    const error = await startError(createTestBackend({ features: [looking(ref), giving(ref)] }));

    expect(error.message).toBe(tooLate('x'));
  });
});
