import {
  coreServices,
  createBackendModule,
  createBackendPlugin,
  createServiceFactory,
  createServiceRef,
  type BackendFeature,
  type BackendModuleRegistrationPoints,
  type BackendPluginRegistrationPoints,
  type LoggerService,
  type RootConfigService,
  type ServiceFactory,
  type ServiceRef,
} from '@stagewire/plugin-api';
import type { DrivenRootLifecycle } from '@stagewire/plugin-api/internal';
import { ConfigReader, type JsonObject } from '@stagewire/config';
import {
  createSpecializedBackend,
  diagnosticsOf,
  type Backend,
  type ServiceHints,
} from '@stagewire/wiring';
import { setTimeout as wait } from 'node:timers/promises';

// The programs that tests run in processes of their own start quicker without it.
const vitest = process.env.NODE_ENV === 'test' ? await import('vitest') : undefined;

/** One line that the backend logged. */
export type LogLine = {
  level: 'error' | 'warn' | 'info' | 'debug';
  message: string;
  meta?: unknown;
  /** Fields of all child loggers on the way, merged. */
  fields: JsonObject;
};

/** A logger that remembers. */
export function createRecordingLogger(
  lines: LogLine[] = [],
  fields: JsonObject = {},
): LoggerService & { lines: LogLine[] } {
  const log = (level: LogLine['level']) => (message: string, meta?: unknown) => {
    lines.push({ level, message, fields, ...(meta !== undefined && { meta }) });
  };
  return {
    lines,
    error: log('error'),
    warn: log('warn'),
    info: log('info'),
    debug: log('debug'),
    child: (more) => createRecordingLogger(lines, { ...fields, ...more }),
  };
}

/** A lifecycle that runs its hooks like the built-in one and writes what it does into `events`. */
export function createTestLifecycle(name = 'root', events: string[] = []): DrivenRootLifecycle {
  const hooks = { beforeShutdown: [], startup: [], shutdown: [] } as Record<
    'beforeShutdown' | 'startup' | 'shutdown',
    Array<() => unknown>
  >;
  const run = (stage: keyof typeof hooks) => async () => {
    events.push(`${name} ${stage}`);
    await Promise.all(hooks[stage].map((hook) => hook()));
  };
  return {
    addStartupHook: (hook) => void hooks.startup.push(hook),
    addShutdownHook: (hook) => void hooks.shutdown.push(hook),
    addBeforeShutdownHook: (hook) => void hooks.beforeShutdown.push(hook),
    startup: run('startup'),
    shutdown: run('shutdown'),
    beforeShutdown: run('beforeShutdown'),
  };
}

/** A timer that keeps no process alive. */
const NO_HOLD = { ref: false };

/** What {@link createTestBackend} gives beside the backend. */
export type TestBackend = Backend & {
  /** What the root logger was told. */
  lines: LogLine[];
  /** Lifecycle stages in the order in which they ran, `<root or plugin id> <stage>`. */
  events: string[];
};

/**
 * A backend with nothing but a logger, both lifecycles and a configuration; it is stopped when the
 * test is over.
 *
 * @param options - `config`: the configuration, empty by default; `services`: more default
 *   factories; `features`: added in order; `without`: ids of default services to leave out;
 *   `hints`: who could provide services that are missing
 */
export function createTestBackend({
  config = {},
  services = [],
  features = [],
  without = [],
  middleware,
  hints,
}: {
  config?: JsonObject;
  services?: BackendFeature[];
  features?: unknown[];
  without?: string[];
  middleware?: unknown[];
  hints?: ServiceHints;
} = {}): TestBackend {
  const logger = createRecordingLogger();
  const events: string[] = [];
  const defaults: ServiceFactory[] = [
    createServiceFactory({
      service: coreServices.rootConfig,
      deps: {},
      factory: () => new ConfigReader(config) as RootConfigService,
    }),
    createServiceFactory({ service: coreServices.rootLogger, deps: {}, factory: () => logger }),
    createServiceFactory({
      service: coreServices.rootLifecycle,
      deps: {},
      factory: () => createTestLifecycle('root', events),
    }),
    createServiceFactory({
      service: coreServices.lifecycle,
      deps: { metadata: coreServices.pluginMetadata },
      factory: ({ metadata }) => createTestLifecycle(metadata.getId(), events),
    }),
  ];
  const backend = createSpecializedBackend({
    defaultServiceFactories: [
      ...defaults.filter(({ service }) => !without.includes(service.id)),
      ...services,
    ],
    ...(middleware && { extensionPointFactoryMiddleware: middleware }),
    ...(hints && { serviceHints: hints }),
  });
  stopAfterTest(backend);
  for (const feature of features) backend.add(feature as BackendFeature);
  return Object.assign(backend, { lines: logger.lines, events });
}

function stopAfterTest(backend: Backend): void {
  // A start that hangs on purpose would keep its stop waiting forever.
  const stop = () => Promise.race([backend.stop().catch(() => {}), wait(50, undefined, NO_HOLD)]);
  vitest?.onTestFinished(stop);
}

/** A plugin that depends on `deps` and runs `init`. */
export function createTestPlugin(
  pluginId: string,
  // oxlint-disable-next-line typescript/no-explicit-any -- deps of any kind, also wrong ones
  deps: Record<string, any> = {},
  // oxlint-disable-next-line typescript/no-explicit-any -- what the deps above resolve to
  init: (deps: any) => unknown = () => {},
  register?: (env: BackendPluginRegistrationPoints) => void,
): BackendFeature {
  return createBackendPlugin({
    pluginId,
    register(env) {
      register?.(env);
      env.registerInit({ deps, init: async (resolved) => void (await init(resolved)) });
    },
  });
}

/** A module that depends on `deps` and runs `init`. */
export function createTestModule(
  pluginId: string,
  moduleId: string,
  // oxlint-disable-next-line typescript/no-explicit-any -- deps of any kind, also wrong ones
  deps: Record<string, any> = {},
  // oxlint-disable-next-line typescript/no-explicit-any -- what the deps above resolve to
  init: (deps: any) => unknown = () => {},
  register?: (env: BackendModuleRegistrationPoints) => void,
): BackendFeature {
  return createBackendModule({
    pluginId,
    moduleId,
    register(env) {
      register?.(env);
      env.registerInit({ deps, init: async (resolved) => void (await init(resolved)) });
    },
  });
}

/** A ref of a service that holds any value. */
export function createTestRef(id: string, scope: 'root' | 'plugin' = 'plugin') {
  return createServiceRef<unknown>({ id, scope } as never) as ServiceRef<unknown>;
}

/** A ref that any number of factories may provide. */
export function createTestMultiton(id: string, scope: 'root' | 'plugin' = 'root') {
  return createServiceRef<unknown>({ id, scope, multiton: true } as never) as ServiceRef<unknown>;
}

/** A factory for a ref, given as its value or as a function of its deps. */
export function createTestFactory(
  service: ServiceRef<unknown>,
  // oxlint-disable-next-line typescript/no-explicit-any -- deps of any kind, also wrong ones
  deps: Record<string, any> = {},
  // oxlint-disable-next-line typescript/no-explicit-any -- what the deps above resolve to
  factory: (deps: any) => unknown = () => service.id,
): BackendFeature {
  return createServiceFactory({ service, deps, factory } as never) as BackendFeature;
}

/** A feature made by hand, without any plugin API. */
export function createRawFeature(fields: object): BackendFeature {
  return { $$type: '@backstage/BackendFeature', version: 'v1', ...fields } as BackendFeature;
}

/** A feature loader made by hand; messages call it `feature loader <description>`. */
export function createRawLoader(
  description: string,
  // oxlint-disable-next-line typescript/no-explicit-any -- what the deps below resolve to
  loader: (deps: any) => unknown,
  // oxlint-disable-next-line typescript/no-explicit-any -- deps of any kind, also wrong ones
  deps?: Record<string, any>,
): BackendFeature {
  return createRawFeature({
    featureType: 'loader',
    description,
    ...(deps && { deps }),
    loader: async (resolved: unknown) => loader(resolved),
  });
}

/** Every problem that an error of `start()` tells. */
export function problemsOf(error: unknown): string[] {
  return diagnosticsOf(error).map(({ problem }) => problem);
}

/** Starts and gives back the error; fails when it starts. */
export async function startError(
  backend: Backend,
): Promise<Error & { code?: string; fix?: string }> {
  try {
    await backend.start();
  } catch (error) {
    return error as Error;
  }
  throw new Error('the backend started');
}

/** Lets all who arrive go on once `size` of them are there; who starts too late is waited for forever. */
export function createMeeting(size: number) {
  const events: string[] = [];
  const waiting: Array<() => void> = [];
  const arrive = (name: string) =>
    new Promise<void>((go) => {
      events.push(name);
      waiting.push(go);
      if (waiting.length === size) waiting.forEach((resolve) => resolve());
    });
  return { events, arrive };
}
