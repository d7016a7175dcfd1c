import { describe, expect, it } from 'vitest';
import {
  coreServices,
  createBackendFeatureLoader,
  createServiceFactory,
  createServiceRef,
} from '@stagewire/plugin-api';
import { BackendRefusedError, createSpecializedBackend } from '@stagewire/wiring';
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

const root = createTestRef('svc', 'root');
const making = (value: unknown, ref = root) => createTestFactory(ref, {}, () => value);
const duplicate = (id: string) => `Duplicate service implementations provided for ${id}`;

/** What a plugin gets for a ref in a backend with these features. */
async function resolve(ref: unknown, options: Parameters<typeof createTestBackend>[0] = {}) {
  const seen: unknown[] = [];
  const plugin = createTestPlugin('p', { ref }, (deps) => seen.push(deps.ref));
  await createTestBackend({ ...options, features: [plugin, ...(options.features ?? [])] }).start();
  return seen[0];
}

describe('the factories of a backend', () => {
  it('[W3.1] are one for a singleton, and any number for a multiton', async () => {
    const many = createTestMultiton('many');
    const services = [making('default'), making(1, many)];
    const features = [making('added'), making(2, many), making(3, many)];

    const { plan } = await createTestBackend({ services, features }).start();

    const found = plan.services.filter(({ id }) => ['svc', 'many'].includes(id));
    expect(found.map(({ id, source }) => `${id} ${source}`)).toEqual([
      'svc added',
      'many default',
      'many added',
      'many added',
    ]);
  });
});

describe('who provides a service', () => {
  const ref = createServiceRef<string>({
    id: 'who',
    scope: 'root',
    defaultFactory: async (service) =>
      createServiceFactory({ service, deps: {}, factory: () => 'ref' }),
  });
  const by = (name: string) =>
    createServiceFactory({ service: ref, deps: {}, factory: () => name });
  const loader = createBackendFeatureLoader({ loader: () => [by('loader')] });

  it.each([
    ['the ref itself, when nobody else does', [], [], 'ref'],
    ['the default list over the ref', [by('default')], [], 'default'],
    ['a feature loader over the default list', [by('default')], [loader], 'loader'],
    ['what was added over a feature loader', [by('default')], [loader, by('added')], 'added'],
    ['what was added, whatever the order', [], [by('added'), loader], 'added'],
  ])('[W3.2] is %s', async (_, services, features, expected) => {
    expect(await resolve(ref, { services, features })).toBe(expected);
  });
});

const from = (name: string, ...features: unknown[]) => createRawLoader(name, () => features);
const both = (later: string, earlier: string) =>
  `${duplicate('svc')} by both feature loader ${later} and feature loader ${earlier}`;

describe('two factories for one service', () => {
  it('[W3.3] that are added directly are refused', async () => {
    const error = await startError(createTestBackend({ features: [making(1), making(2)] }));

    expect(error).toMatchObject({
      name: 'Error',
      code: 'E_SERVICE_DUPLICATE',
      message: duplicate('svc'),
    });
    expect(error.fix).toMatch(/keep one of these factories: .+ and .+/);
  });

  it('[W3.3] are refused for each one too many', async () => {
    const error = await startError(
      createTestBackend({ features: [1, 2, 3].map((n) => making(n)) }),
    );

    expect(error).toBeInstanceOf(BackendRefusedError);
    expect(problemsOf(error)).toEqual([duplicate('svc'), duplicate('svc')]);
  });

  it.each([
    ['two loaders', [from('A', making(1)), from('B', making(2))], both('B', 'A')],
    ['the same loader', [from('A', making(1), making(2))], both('A', 'A')],
    [
      'two loaders of one loader',
      [from('L', from('A', making(1)), from('B', making(2)))],
      both('B', 'A'),
    ],
  ])('[W3.4] that come from %s are refused, the later one first', async (_, features, message) => {
    const error = await startError(createTestBackend({ features }));

    expect(error).toMatchObject({ message, code: 'E_SERVICE_DUPLICATE' });
    expect(error.fix).toContain('backend.add()');
  });

  it('[W3.4] of loaders are settled by one that is added directly', async () => {
    const features = [from('A', making(1)), making('direct'), from('B', making(2), making(3))];

    expect(await resolve(root, { features })).toBe('direct');
  });

  it.each([
    ['its parent', [from('A', making('parent'), from('B', making(2)))], 'parent'],
    [
      'its parent, twice',
      [from('A', making('parent'), from('B', making(2)), from('C', making(3)))],
      'parent',
    ],
    [
      'a loader nested elsewhere',
      [from('A', from('B', making('first'))), from('C', from('D', making(2)))],
      'first',
    ],
    [
      'a nested loader, if it is not nested itself',
      [from('A', from('B', making('nested'))), from('C', making(2))],
      'nested',
    ],
  ])(
    '[W3.4] [Q8] keep the first, silently, where a nested loader collides with %s',
    async (_, features, expected) => {
      expect(await resolve(root, { features })).toBe(expected);
    },
  );
});

describe('a multiton', () => {
  const many = createTestMultiton('many');
  const from = (...values: unknown[]) =>
    createRawLoader(`of ${values}`, () => values.map((value) => making(value, many)));

  it('[W3.5] gives the defaults, what was added, what loaders gave, in this order', async () => {
    const features = [from('l1'), making('a1', many), from('l2', 'l3'), making('a2', many)];
    const services = [making('d', many)];

    expect(await resolve(many, { services, features })).toEqual([
      'd',
      'a1',
      'a2',
      'l1',
      'l2',
      'l3',
    ]);
  });

  it('[W3.5] that nobody provides is an empty array', async () => {
    expect(await resolve(many)).toEqual([]);
  });

  it('[W3.5] that nobody provides is an empty array for a service and a loader, too', async () => {
    const seen: unknown[] = [];
    const user = createTestFactory(root, { many }, (deps) => seen.push(deps.many));
    const loader = createRawLoader('L', (deps) => (seen.push(deps.many), []), { many });

    await createTestBackend({ features: [user, loader] }).start();

    expect(seen).toEqual([[], []]);
  });

  it('[W3.5] that only its ref provides has that one', async () => {
    const ref = { ...many, __defaultFactory: async () => making('ref', many) };

    expect(await resolve(ref)).toEqual(['ref']);
    expect(await resolve(ref, { features: [making('added', many)] })).toEqual(['added']);
  });

  it('[W3.11] has one instance for a factory, also for one that was added twice', async () => {
    const shared = createTestFactory(many, {}, () => ({}));

    const [first, second] = (await resolve(many, { features: [shared, shared] })) as unknown[];

    expect(first).toBe(second);
  });
});

describe('the default list', () => {
  const create =
    (...defaultServiceFactories: ReturnType<typeof making>[]) =>
    () =>
      createSpecializedBackend({ defaultServiceFactories });
  const other = createTestRef('other', 'root');
  const many = createTestMultiton('many');

  it.each([
    ['an id twice', [making(1), making(2), making(3)], 'svc'],
    ['two ids twice', [making(1), making(2, other), making(3), making(4, other)], 'svc, other'],
    ['a multiton twice', [making(1, many), making(2, many)], 'many'],
  ])('[W3.6] cannot hold %s', (_, factories, ids) => {
    expect(create(...factories)).toThrow(
      expect.objectContaining({ message: duplicate(ids), code: 'E_SERVICE_DUPLICATE' }),
    );
  });

  it('[W3.18] cannot hold services that wait for each other', () => {
    const a = createTestFactory(root, { other });
    const b = createTestFactory(other, { root });

    expect(create(a, b)).toThrow(
      expect.objectContaining({
        name: 'ConflictError',
        code: 'E_SERVICE_CYCLE',
        message: "Circular dependencies detected:\n  'svc' -> 'other' -> 'svc'",
      }),
    );
  });
});

describe('core.pluginMetadata', () => {
  const factory = createTestFactory(coreServices.pluginMetadata, {}, () => ({ getId: () => 'x' }));
  const multiton = createTestFactory({ ...coreServices.pluginMetadata, multiton: true } as never);
  const reserved = {
    code: 'E_SERVICE_RESERVED',
    message: 'The core.pluginMetadata service cannot be overridden',
  };

  it('[W3.7] cannot be in the default list', () => {
    expect(() => createTestBackend({ services: [factory] })).toThrow(
      expect.objectContaining(reserved),
    );
  });

  it.each([
    ['added', factory],
    ['added as a multiton', multiton],
    ['given by a loader as a multiton', createRawLoader('L', () => [multiton])],
  ])('[W3.7] cannot be %s', async (_, feature) => {
    expect(await startError(createTestBackend({ features: [feature] }))).toMatchObject(reserved);
  });

  it('[W3.7] stays what it is when a loader gives another one', async () => {
    const features = [createRawLoader('L', () => [factory])];

    const metadata = await resolve(coreServices.pluginMetadata, { features });

    expect((metadata as { getId(): string }).getId()).toBe('p');
  });
});

describe('core.rootInstanceMetadata', () => {
  const ref = coreServices.rootInstanceMetadata;
  const factory = createTestFactory(ref, {}, () => 'mine');

  it.each([
    ['added', factory],
    ['given by a loader', createRawLoader('L', () => [factory])],
  ])('[W3.8] cannot be %s', async (_, feature) => {
    expect(await startError(createTestBackend({ features: [feature] }))).toMatchObject({
      code: 'E_SERVICE_DUPLICATE',
      message: duplicate('core.rootInstanceMetadata'),
    });
  });

  it('[W3.8] is there for eager root services, and not yet for loaders', async () => {
    const seen: unknown[] = [];
    const eager = createTestFactory(root, { ref }, async ({ ref: metadata }) =>
      seen.push(await metadata.getInstalledPlugins()),
    );
    const loader = createRawLoader('L', () => [], { ref });

    await createTestBackend({ features: [eager, createTestPlugin('p')] }).start();
    const error = await startError(createTestBackend({ features: [loader] }));

    expect(seen).toEqual([[{ pluginId: 'p', modules: [] }]]);
    expect(error).toMatchObject({
      code: 'E_LOADER_MISSING',
      message:
        'No service available for the following ref(s): serviceRef{core.rootInstanceMetadata}, depended on by feature loader L',
    });
  });
});
