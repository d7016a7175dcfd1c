/** Mistakes that an editor tells while they are typed. Nothing here is run. */
import {
  coreServices,
  createBackendFeatureLoader,
  createBackendModule,
  createBackendPlugin,
  createExtensionPoint,
  createExtensionPointFactoryMiddleware,
  createServiceFactory,
  createServiceRef,
  declareConnection,
  decorateService,
  pluginTokenHandlerDecoratorServiceRef,
  type BackendFeature,
  type ConnectionsService,
  type LoggerService,
  type ServiceFactory,
  type ServiceRef,
} from '../../src/index.js';

interface Clock {
  now(): number;
}
const clockRef = createServiceRef<Clock>({ id: 'clock', scope: 'root' });
const timersRef = createServiceRef<Clock>({ id: 'timers' });
const partsRef = createServiceRef<Date>({ id: 'parts', multiton: true });
const sources = createExtensionPoint<{ add(source: string): void }>({ id: 'todo.sources' });
const clock: Clock = { now: () => 0 };
const dateClock = { now: () => new Date() };

createBackendPlugin({
  pluginId: 'todo',
  register(reg) {
    // @ts-expect-error -- plugins provide extension points, only modules use them
    reg.registerInit({ deps: { sources }, async init() {} });

    reg.registerInit({
      deps: { logger: coreServices.logger, parts: partsRef },
      async init({ logger, parts }) {
        logger.info('hello');
        parts.map((part) => part.getTime());
        // @ts-expect-error -- a multiton is an array of all instances, not one of them
        parts.getTime();
        // @ts-expect-error -- a logger is not a clock
        logger.now();
      },
    });

    reg.registerInit({
      deps: { logger: coreServices.logger },
      // @ts-expect-error -- the clock is not among the deps
      async init({ clock: undeclared }) {
        return undeclared;
      },
    });

    // @ts-expect-error -- init is awaited, so it has to be async
    reg.registerInit({ deps: {}, init() {} });

    reg.registerExtensionPoint(sources, { add() {} });
    // @ts-expect-error -- not an implementation of this extension point
    reg.registerExtensionPoint(sources, { remove() {} });
    reg.registerExtensionPoint({ extensionPoint: sources, factory: () => ({ add() {} }) });
    // @ts-expect-error -- not a factory for this extension point
    reg.registerExtensionPoint({ extensionPoint: sources, factory: () => ({ remove() {} }) });
    // @ts-expect-error -- a service cannot be registered as an extension point
    reg.registerExtensionPoint(clockRef, clock);
    // @ts-expect-error -- experimental, so only reached through declareConnection
    reg.registerConnection({ type: 'github' });
    declareConnection(reg, { type: 'github' });
    // @ts-expect-error -- a connection has a type
    declareConnection(reg, { required: true });
  },
});

createBackendModule({
  pluginId: 'todo',
  moduleId: 'github',
  register(reg) {
    reg.registerInit({
      deps: { sources, parts: partsRef },
      async init({ sources: declared, parts }) {
        declared.add(String(parts.length));
        // @ts-expect-error -- the extension point has no such method
        declared.remove('x');
      },
    });

    reg.registerInit({
      deps: { sources },
      // @ts-expect-error -- the logger is not among the deps
      async init({ logger }) {
        return logger;
      },
    });
  },
});

// @ts-expect-error -- a module belongs to a plugin
createBackendModule({ moduleId: 'github', register() {} });

createServiceFactory({
  // @ts-expect-error -- a root service exists before and outside of any plugin
  service: clockRef,
  deps: { logger: coreServices.logger },
  factory: () => clock,
});

createServiceFactory({
  service: timersRef,
  deps: {},
  // @ts-expect-error -- a Clock tells a number, not a Date
  factory: () => dateClock,
});

createServiceFactory({
  service: timersRef,
  deps: { logger: coreServices.logger, config: coreServices.rootConfig, parts: partsRef },
  createRootContext: ({ config }) => config.getString('timers.zone'),
  factory: ({ logger, parts }, zone) => {
    logger.info(zone.toUpperCase(), { parts: parts.length });
    return clock;
  },
});

createServiceFactory({
  service: timersRef,
  deps: { logger: coreServices.logger },
  // @ts-expect-error -- the context is shared by all plugins, so it has no plugin's logger
  createRootContext: ({ logger }) => logger,
  factory: () => clock,
});

createServiceFactory({
  service: timersRef,
  // @ts-expect-error -- services know no extension points
  deps: { sources },
  factory: () => clock,
});

createServiceFactory({
  service: pluginTokenHandlerDecoratorServiceRef,
  deps: {},
  // @ts-expect-error -- a decorator takes a handler and returns one
  factory: () => () => 'token',
});

decorateService({
  service: coreServices.logger,
  plugins: ['todo'],
  deps: { clock: clockRef, metadata: coreServices.pluginMetadata },
  decorate: (inner, { clock: time, metadata }) =>
    inner.child({ plugin: metadata.getId(), at: time.now() }),
});

decorateService({ service: clockRef, decorate: async (inner) => ({ now: () => inner.now() + 1 }) });

decorateService({
  service: pluginTokenHandlerDecoratorServiceRef,
  // @ts-expect-error -- a function has no members to lay over another: it is replaced as a whole
  decorate: () => ({}),
});

// @ts-expect-error -- a decorator returns what takes the place of the inner instance
decorateService({ service: clockRef, decorate() {} });

// @ts-expect-error -- a Clock tells a number, not a Date
decorateService({ service: clockRef, decorate: () => ({ now: () => new Date() }) });

// @ts-expect-error -- a Clock has no such member
decorateService({ service: clockRef, decorate: () => ({ later: () => 0 }) });

// @ts-expect-error -- of a multiton there are many instances
decorateService({ service: partsRef, decorate: (inner) => inner });

// @ts-expect-error -- a root service belongs to no plugin
decorateService({ service: clockRef, plugins: ['todo'], decorate: () => clock });

decorateService({
  // @ts-expect-error -- a root service exists before and outside of any plugin
  service: clockRef,
  deps: { logger: coreServices.logger },
  decorate: () => clock,
});

decorateService({
  service: timersRef,
  deps: { clock: clockRef },
  // @ts-expect-error -- the logger is not among the deps
  decorate: (inner, { logger }) => logger,
});

createBackendFeatureLoader({
  // @ts-expect-error -- loaders run before there is any plugin
  deps: { logger: coreServices.logger },
  loader: () => [],
});

createBackendFeatureLoader({
  deps: { config: coreServices.rootConfig },
  loader({ config }) {
    config.getString('x');
    // @ts-expect-error -- configuration has no such method
    config.getDate('x');
    return [];
  },
});

// @ts-expect-error -- features, not their names
createBackendFeatureLoader({ loader: () => ['todo'] });

createServiceRef<Clock>({
  id: 'clock',
  // @ts-expect-error -- services belong to a plugin or to the backend
  scope: 'module',
});

createExtensionPointFactoryMiddleware({
  extensionPoint: sources,
  // @ts-expect-error -- not an implementation of this extension point
  middleware: () => ({ remove() {} }),
});

export async function connections(service: ConnectionsService) {
  const github = await service.find({
    type: 'github',
    query: { url: 'https://github.com/a/b' },
    authMethods: ['token', 'none'],
  });
  if (github.auth.method === 'token') github.auth.token.trim();
  // @ts-expect-error -- only the methods that were asked for can be found
  if (github.auth.method === 'app') throw new Error();

  const info = await service.find({ type: 'gitlab', query: { url: 'https://gitlab.com/a' } });
  // @ts-expect-error -- nothing to sign in with unless asked for
  info.auth.toString();

  // @ts-expect-error -- found by account, not by URL
  await service.find({ type: 'aws', query: { url: 'https://x' } });
  // @ts-expect-error -- no such type
  await service.find({ type: 'gopher', query: { url: 'gopher://x' } });
}

export const refs: [
  ServiceRef<Clock, 'root', 'singleton'>,
  ServiceRef<Date, 'plugin', 'multiton'>,
] = [clockRef, partsRef];

// @ts-expect-error -- a plugin service is not a root service
export const scope: ServiceRef<Clock, 'root'> = timersRef;

// @ts-expect-error -- a service that is one is not a service that is many
export const instances: ServiceRef<Date, 'plugin', 'singleton'> = partsRef;

// @ts-expect-error -- a factory of clocks is not a factory of loggers
export const factory: ServiceFactory<LoggerService> = createServiceFactory({
  service: clockRef,
  deps: {},
  factory: () => clock,
});

// @ts-expect-error -- an extension point is not a feature
export const feature: BackendFeature = sources;
