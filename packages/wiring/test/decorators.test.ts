import { describe, expect, it } from 'vitest';
import { ConfigReader } from '@stagewire/config';
import {
  coreServices,
  createServiceRef,
  decorateService,
  type BackendFeature,
  type RootConfigService,
} from '@stagewire/plugin-api';
import { diagnosticsOf } from '@stagewire/wiring';
import {
  createRawFeature,
  createRawLoader,
  createTestBackend,
  createTestFactory,
  createTestModule,
  createTestMultiton,
  createTestPlugin,
  createTestRef,
  problemsOf,
  startError,
} from './support.js';

const wordRef = createServiceRef<string>({ id: 'word' });
const rootWordRef = createServiceRef<string>({ id: 'root-word', scope: 'root' });
const clockRef = createServiceRef<string>({ id: 'clock' });
const [word, rootWord] = [createTestFactory(wordRef), createTestFactory(rootWordRef)];

/** Puts brackets of its own around a word. */
const bracket = (left: string, right: string, plugins?: string[]) =>
  decorateService({
    service: wordRef,
    ...(plugins && { plugins }),
    decorate: (inner) => `${left}${inner}${right}`,
  });
const bracketRoot = (left: string, right: string) =>
  decorateService({ service: rootWordRef, decorate: (inner) => `${left}${inner}${right}` });

/** A backend with a plugin that needs both words. */
const using = (...features: BackendFeature[]) =>
  createTestBackend({
    services: [word, rootWord],
    features: [...features, createTestPlugin('p', { word: wordRef, rootWord: rootWordRef })],
  });

/** What it is refused for. */
const refusal = async (...features: BackendFeature[]) => {
  const [diagnostic] = diagnosticsOf(await startError(using(...features)));
  return diagnostic!;
};

/** Wraps a word by failing to. */
const failWith = (decorate: () => never) => decorateService({ service: wordRef, decorate });

/** Starts and tells what each plugin was given for `word`. */
async function wordsOf(pluginIds: string[], features: BackendFeature[], services = [word]) {
  const words: Record<string, unknown> = {};
  const plugins = pluginIds.map((pluginId) =>
    createTestPlugin(pluginId, { value: wordRef }, ({ value }) => {
      words[pluginId] = value;
    }),
  );
  await createTestBackend({ services, features: [...plugins, ...features] }).start();
  return words;
}

describe('a decorator', () => {
  it('wraps a built-in service for every plugin and its modules', async () => {
    const seen: unknown[] = [];
    const see = ({ value }: { value: unknown }) => seen.push(value);
    const features = [
      bracket('(', ')'),
      createTestPlugin('p', { value: wordRef }, see),
      createTestPlugin('q', { value: wordRef }, see),
      createTestModule('q', 'm', { value: wordRef }, see),
    ];

    await createTestBackend({ services: [word], features }).start();

    expect(seen).toEqual(['(word)', '(word)', '(word)']);
  });

  it('wraps for some plugins only, and asks for nothing where it does not', async () => {
    const made: string[] = [];
    const clock = createTestFactory(clockRef, { metadata: coreServices.pluginMetadata }, (deps) =>
      made.push(deps.metadata.getId()),
    );
    const decorator = decorateService({
      service: wordRef,
      plugins: ['q'],
      deps: { clock: clockRef },
      decorate: (inner) => `(${inner})`,
    });

    const words = await wordsOf(['p', 'q'], [clock, decorator]);

    expect(words).toEqual({ p: 'word', q: '(word)' });
    expect(made).toEqual(['q']);
  });

  it('wraps nothing where its list of plugins is empty', async () => {
    expect(await wordsOf(['p'], [bracket('(', ')', [])])).toEqual({ p: 'word' });
  });

  it('is given what it depends on, also its plugin', async () => {
    const decorator = decorateService({
      service: wordRef,
      deps: { rootWord: rootWordRef, metadata: coreServices.pluginMetadata },
      decorate: async (inner, deps) => `${inner} ${deps.rootWord} ${deps.metadata.getId()}`,
    });

    expect(await wordsOf(['p'], [decorator, rootWord])).toEqual({ p: 'word root-word p' });
  });

  it('wraps what takes the place of the built-in service, whichever was added first', async () => {
    const own = createTestFactory(wordRef, {}, () => 'own');

    expect(await wordsOf(['p'], [bracket('(', ')'), own])).toEqual({ p: '(own)' });
    expect(await wordsOf(['p'], [own, bracket('(', ')')])).toEqual({ p: '(own)' });
  });

  it('wraps what a feature loader brings', async () => {
    const loader = createRawLoader('L', () => [createTestFactory(wordRef, {}, () => 'loaded')]);

    expect(await wordsOf(['p'], [bracket('(', ')'), loader])).toEqual({ p: '(loaded)' });
  });

  it('wraps the default factory of a ref', async () => {
    const ref = createServiceRef<string>({
      id: 'word',
      defaultFactory: async () => createTestFactory(wordRef, {}, () => 'default') as never,
    });
    const seen: unknown[] = [];
    const plugin = createTestPlugin('p', { ref }, (deps) => seen.push(deps.ref));

    await createTestBackend({ features: [plugin, bracket('(', ')')] }).start();

    expect(seen).toEqual(['(default)']);
  });

  it('stacks on those that were added before, and those of loaders on top', async () => {
    const loader = createRawLoader('L', () => [bracket('<', '>')]);

    const words = await wordsOf(['p'], [loader, bracket('(', ')'), bracket('[', ']')]);

    expect(words).toEqual({ p: '<[(word)]>' });
  });

  it('wraps a root service once, before everybody who needs it', async () => {
    let count = 0;
    const decorator = decorateService({
      service: rootWordRef,
      decorate: (inner) => `${inner} ${++count}`,
    });
    const seen: unknown[] = [];
    const see = ({ value }: { value: unknown }) => seen.push(value);
    const features = [
      decorator,
      createTestPlugin('p', { value: rootWordRef }, see),
      createTestPlugin('q', { value: rootWordRef }, see),
      createRawLoader('L', (deps) => (see(deps), []), { value: rootWordRef }),
    ];

    await createTestBackend({ services: [rootWord], features }).start();

    expect(seen).toEqual(['root-word 1', 'root-word 1', 'root-word 1']);
  });

  it('wraps services that the backend drives, without having to know how it does', async () => {
    const hooks: string[] = [];
    const note = (service: typeof coreServices.rootLifecycle) =>
      decorateService({
        service,
        decorate: (inner) => ({
          addStartupHook(hook, options) {
            hooks.push('added');
            inner.addStartupHook(hook, options);
          },
        }),
      });
    const plugin = createTestPlugin(
      'p',
      { lifecycle: coreServices.lifecycle, rootLifecycle: coreServices.rootLifecycle },
      ({ lifecycle, rootLifecycle }) => {
        lifecycle.addStartupHook(() => hooks.push('plugin'));
        rootLifecycle.addStartupHook(() => hooks.push('root'));
      },
    );
    const features = [
      note(coreServices.rootLifecycle),
      note(coreServices.lifecycle as never),
      plugin,
    ];
    const backend = createTestBackend({ features });

    await backend.start();
    await backend.stop();

    expect(hooks).toEqual(['added', 'added', 'plugin', 'root']);
    expect(backend.events).toContain('p shutdown');
    expect(backend.events).toContain('root beforeShutdown');
  });

  it('wraps the configuration and the logger that the backend itself reads and writes', async () => {
    const permissive = { backend: { startup: { default: { onPluginBootFailure: 'continue' } } } };
    const config = decorateService({
      service: coreServices.rootConfig,
      decorate: () => new ConfigReader(permissive) as RootConfigService,
    });
    const logger = decorateService({
      service: coreServices.rootLogger,
      decorate: (inner) => inner.child({ site: 'north' }),
    });
    const failing = createTestPlugin('p', {}, () => {
      throw new Error('boom');
    });
    const backend = createTestBackend({ features: [config, logger, failing] });

    await expect(backend.start()).resolves.toMatchObject({ result: { outcome: 'success' } });

    expect(backend.lines.length).toBeGreaterThan(0);
    expect(backend.lines.every(({ fields }) => fields.site === 'north')).toBe(true);
  });

  it('is asked once for each plugin, however many need the service', async () => {
    let count = 0;
    const decorator = decorateService({
      service: wordRef,
      decorate: (inner) => `${inner} ${++count}`,
    });
    const features = [
      decorator,
      createTestFactory(clockRef, { word: wordRef }),
      createTestPlugin('p', { word: wordRef, clock: clockRef }),
      createTestModule('p', 'm', { word: wordRef }),
    ];

    await createTestBackend({ services: [word], features }).start();

    expect(count).toBe(1);
  });

  it('is no hindrance to disposing of what it wraps, once', async () => {
    const disposed: string[] = [];
    const connectionRef = createServiceRef<object>({ id: 'connection' });
    const connection = createTestFactory(connectionRef, {}, () => ({
      [Symbol.asyncDispose]: async () => void disposed.push('inner'),
    }));
    const features = [
      connection,
      decorateService({ service: connectionRef, decorate: (inner) => inner }),
      decorateService({ service: connectionRef, decorate: () => ({ more: true }) as object }),
      decorateService({
        service: connectionRef,
        decorate: () => ({ [Symbol.dispose]: () => disposed.push('outer') }) as object,
      }),
      createTestPlugin('p', { connection: connectionRef }),
    ];
    const backend = createTestBackend({ features });

    await backend.start();
    await backend.stop();

    expect(disposed).toEqual(['outer', 'inner']);
  });
});

describe('a decorator in the plan and the timeline', () => {
  it('is named with where it was made, whom it is for and what it needs', async () => {
    const decorator = decorateService({
      service: wordRef,
      plugins: ['p'],
      deps: { clock: clockRef, metadata: coreServices.pluginMetadata },
      decorate: (inner) => inner,
    });
    const features = [
      decorator,
      bracket('(', ')'),
      createTestFactory(clockRef),
      createTestPlugin('p', { word: wordRef }),
    ];

    const { plan, timeline } = await createTestBackend({ services: [word], features }).start();

    const origin = expect.stringMatching(/^@stagewire\/wiring@[\d.]+, .+decorators\.test\.ts:\d+/);
    expect(plan.services.find(({ id }) => id === 'word')).toMatchObject({
      source: 'default',
      needs: ['clock'],
      decorators: [{ origin, plugins: ['p'] }, { origin }],
    });
    expect(plan.services.find(({ id }) => id === 'clock')).not.toHaveProperty('decorators');
    expect(JSON.parse(JSON.stringify(plan))).toStrictEqual(plan);
    expect(timeline.filter(({ id }) => id === 'word')).toEqual([
      {
        kind: 'service',
        id: 'word',
        pluginId: 'p',
        start: expect.any(Number),
        duration: expect.any(Number),
      },
      ...[1, 2].map(() => ({
        kind: 'decorator',
        id: 'word',
        pluginId: 'p',
        package: expect.stringMatching(/^@stagewire\/wiring@/),
        start: expect.any(Number),
        duration: expect.any(Number),
      })),
    ]);
  });
});

describe('a decorator that cannot be applied', () => {
  it('is refused where what it needs goes round to the service, with the way and the decorator', async () => {
    const decorator = decorateService({
      service: wordRef,
      deps: { clock: clockRef },
      decorate: (inner) => inner,
    });

    const told = await refusal(decorator, createTestFactory(clockRef, { word: wordRef }));

    expect(told).toMatchObject({
      code: 'E_SERVICE_CYCLE',
      problem: "Circular dependencies detected:\n  'word' -> 'clock' -> 'word'",
      fix: expect.stringContaining("the decorator of 'word' may not need what needs 'word' itself"),
    });
    expect(told.culprits).toContainEqual(expect.stringMatching(/decorators\.test\.ts/));
  });

  it('is refused where it depends on the service itself, and told that it has it already', async () => {
    const decorator = decorateService({
      service: wordRef,
      deps: { word: wordRef },
      decorate: (inner) => inner,
    });

    expect(await refusal(decorator)).toMatchObject({
      problem: "Circular dependencies detected:\n  'word' -> 'word'",
      fix: expect.stringContaining('decorate() is given the inner instance'),
    });
  });

  it('may share needs with the service: that is no circle', async () => {
    const services = [createTestFactory(wordRef, { clock: clockRef }), createTestFactory(clockRef)];
    const decorator = decorateService({
      service: wordRef,
      deps: { clock: clockRef },
      decorate: (inner, { clock }) => `${inner} ${clock}`,
    });

    expect(await wordsOf(['p'], [decorator], services)).toEqual({ p: 'word clock' });
  });

  it('is refused for a service that nobody provides, with a fix', async () => {
    const absent = createServiceRef<string>({ id: 'absent' });

    const told = await refusal(decorateService({ service: absent, decorate: (inner) => inner }));

    expect(told).toMatchObject({
      severity: 'error',
      code: 'E_DECORATOR_IDLE',
      problem: "There is no service 'absent' to decorate: nobody provides it",
      fix: expect.stringMatching(/^add a factory for 'absent' .*, or leave the decorator out$/),
    });
  });

  it('is refused for a multiton', async () => {
    const many = createTestMultiton('many');

    const told = await refusal(
      createTestFactory(many),
      decorateService({ service: many as never, decorate: (inner) => inner as never }),
    );

    expect(told).toMatchObject({
      code: 'E_DECORATOR_MULTITON',
      problem: 'The many service cannot be decorated: any number of factories provide it',
    });
  });

  it.each([coreServices.pluginMetadata, coreServices.rootInstanceMetadata])(
    'is refused for what the backend itself provides: $id',
    async (service) => {
      const decorator = decorateService({ service: service as never, decorate: (inner) => inner });

      expect(await refusal(decorator)).toMatchObject({
        code: 'E_SERVICE_RESERVED',
        problem: `The ${service.id} service cannot be decorated`,
      });
    },
  );

  it('is refused where it names plugins for a root service', async () => {
    const options = { service: rootWordRef, plugins: ['p'], decorate: (inner: string) => inner };

    expect(await refusal(decorateService(options as never))).toMatchObject({
      code: 'E_DECORATOR_PLUGINS',
      problem:
        "The decorator of root service root-word is for plugin 'p': a root service belongs to no plugin",
    });
  });

  it('is refused where a root service would need one of a plugin', async () => {
    const decorator = decorateService({
      service: rootWordRef,
      deps: { word: wordRef as never },
      decorate: (inner) => inner,
    });

    expect(await refusal(decorator)).toMatchObject({
      code: 'E_SERVICE_SCOPE',
      culprits: [expect.stringMatching(/decorators\.test\.ts/)],
    });
  });

  it('is a failure of the plugins that it is for where its needs are missing', async () => {
    const decorator = decorateService({
      service: wordRef,
      plugins: ['p'],
      deps: { clock: clockRef },
      decorate: (inner) => inner,
    });
    const other = createTestPlugin('q', { word: wordRef });

    const [told, ...others] = diagnosticsOf(await startError(using(decorator, other)));

    expect(others).toEqual([]);
    expect(told).toMatchObject({
      code: 'E_SERVICE_MISSING',
      pluginId: 'p',
      problem:
        "Failed to instantiate service 'word' for 'p' because the following dependent services are missing: 'clock'",
      culprits: expect.arrayContaining([expect.stringMatching(/decorators\.test\.ts/)]),
    });
  });

  it('is a failure of the plugins that it is for where what it needs cannot be made', async () => {
    const decorator = decorateService({
      service: wordRef,
      deps: { clock: clockRef },
      decorate: (inner) => inner,
    });
    const clock = createTestFactory(clockRef, { absent: createTestRef('absent') });

    expect(await refusal(decorator, clock)).toMatchObject({
      code: 'E_SERVICE_MISSING',
      problem: expect.stringContaining("service 'clock' for 'p'"),
    });
  });

  it('is refused once a feature loader has used the service', async () => {
    const user = createRawLoader('user', () => [], { rootWord: rootWordRef });
    const late = createRawLoader('late', () => [bracketRoot('(', ')')]);

    expect(await refusal(user, late)).toMatchObject({
      code: 'E_SERVICE_TOO_LATE',
      problem: 'Unable to decorate service root-word, it has already been instantiated',
      fix: expect.stringContaining('add the decorator with backend.add()'),
    });
  });

  it('is only warned of where it is for a plugin that is not there', async () => {
    const { plan } = await using(bracket('(', ')', ['p', 'pp'])).start();

    expect(plan.diagnostics).toMatchObject([
      {
        severity: 'warning',
        code: 'E_DECORATOR_ORPHAN',
        problem: "The decorator of service 'word' is for plugin 'pp', which is not in this backend",
        fix: expect.stringContaining('name a plugin of this backend (p)'),
      },
    ]);
  });

  it.each([
    ['no function', { decorate: 7 }, 'L.decorate, expected a function, received 7'],
    ['no list', { plugins: 'p' }, 'L.plugins, expected an array of plugin ids, received "p"'],
    [
      'no service',
      { service: undefined },
      'L.service, expected a service reference object, received undefined',
    ],
    ['no deps', { deps: { a: 1 } }, 'L.deps.a, expected a service reference object, received 1'],
  ])('is refused where it is malformed: %s', async (_, wrong, problem) => {
    const whole = { service: wordRef, deps: {}, decorate: async (inner: unknown) => inner };
    const decorator = { ...whole, ...wrong };
    const loader = { featureType: 'loader', description: 'L', loader: async () => [] };

    const error = await startError(using(createRawFeature({ ...loader, decorator })));

    expect(problemsOf(error)).toEqual([`Invalid backend feature at ${problem}`]);
  });

  it('is refused where it is nothing at all', async () => {
    const loader = { featureType: 'loader', description: 'L', loader: async () => [] };

    expect(await refusal(createRawFeature({ ...loader, decorator: null }))).toMatchObject({
      code: 'E_FEATURE_INVALID',
    });
  });
});

describe('a decorator that fails', () => {
  it('fails the plugins that it is applied for, and tells who it is', async () => {
    const decorator = failWith(() => {
      throw new Error('boom');
    });
    const plugin = createTestPlugin('p', { word: wordRef });
    const backend = createTestBackend({ services: [word], features: [decorator, plugin] });

    const error = await startError(backend);

    expect(diagnosticsOf(error)).toMatchObject([
      {
        code: 'E_DECORATOR_FAILED',
        pluginId: 'p',
        problem: expect.stringContaining("Failed to decorate service 'word' for 'p', Error: boom"),
        culprits: expect.arrayContaining([expect.stringMatching(/decorators\.test\.ts/)]),
        thrownAt: expect.arrayContaining([expect.stringMatching(/decorators\.test\.ts/)]),
      },
    ]);
  });

  it('fails the start where it wraps a root service, and tells who it is', async () => {
    const decorator = decorateService({
      service: rootWordRef,
      decorate: () => {
        throw new Error('boom');
      },
    });

    const error = await startError(
      createTestBackend({ services: [rootWord], features: [decorator] }),
    );

    expect(error.message).toBe("Failed to decorate service 'root-word' for 'root', Error: boom");
    expect(diagnosticsOf(error)).toMatchObject([
      {
        code: 'E_DECORATOR_FAILED',
        culprits: [expect.stringMatching(/decorators\.test\.ts/)],
      },
    ]);
  });

  it('is told where it returns nothing', async () => {
    const decorator = failWith((() => {}) as () => never);
    const plugin = createTestPlugin('p', { word: wordRef });

    const error = await startError(
      createTestBackend({ services: [word], features: [decorator, plugin] }),
    );

    expect(diagnosticsOf(error)).toMatchObject([
      { code: 'E_DECORATOR_EMPTY', problem: "The decorator of service 'word' returned nothing" },
    ]);
  });
});
