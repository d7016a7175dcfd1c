import {
  coreServices,
  type LoggerService,
  type RootConfigService,
  type RootHttpRouterService,
} from '@stagewire/plugin-api';
import type { JsonObject } from '@stagewire/config';
import { rootHttpRouterServiceFactory } from '@stagewire/services/rootHttpRouter';
import { defineFake, makeFrom, once, withDeps } from '../fake.js';
import { mockFunction } from '../mock-function.js';
import { findBaseUrl } from './discovery.js';
import { fakeRootConfig } from './root-config.js';
import { fakeRootHealth } from './root-health.js';
import { fakeRootLifecycle } from './root-lifecycle.js';
import { fakeRootLogger } from './root-logger.js';

/** What the server is made with. @public */
export type FakeRootHttpRouterOptions = {
  /** Its `backend.listen` is not looked at. `@default` nothing configured */
  config?: RootConfigService;
  /** Told of requests. `@default` a fake one */
  logger?: LoggerService;
};

/** A root router whose server begins to listen when the test says so. @public */
export interface FakeRootHttpRouter extends RootHttpRouterService, AsyncDisposable {
  /** What was added, in order. */
  readonly routes: ReadonlyArray<Parameters<RootHttpRouterService['use']>>;
  /** Listens on a free port; a second call gives the same URL. */
  listen(): Promise<{ url: string }>;
}

/**
 * `core.rootHttpRouter` that collects routes, and serves them by the real one, on a free port of this
 * machine, once `listen()` is called. Write `await using` for it to be closed. In a backend, it is the
 * real one on a free port.
 */
export const fakeRootHttpRouter = defineFake({
  service: coreServices.rootHttpRouter,
  create: (options: FakeRootHttpRouterOptions = {}): FakeRootHttpRouter =>
    createRootHttpRouter(options),
  factory: () =>
    withDeps(rootHttpRouterServiceFactory(), ({ config }) => ({
      config: onFreePort(config as RootConfigService),
    })),
  mock: () => ({
    use: mockFunction(),
  }),
});

function createRootHttpRouter(options: FakeRootHttpRouterOptions): FakeRootHttpRouter {
  const { config = fakeRootConfig(), logger = fakeRootLogger() } = options;
  const lifecycle = fakeRootLifecycle();
  const routes: Array<Parameters<RootHttpRouterService['use']>> = [];
  let real: RootHttpRouterService | undefined;
  const listen = once(async () => {
    real = await makeFrom(rootHttpRouterServiceFactory(), {
      config: onFreePort(config),
      logger,
      lifecycle,
      health: fakeRootHealth({ lifecycle }),
    });
    for (const route of routes) real.use(...route);
    await lifecycle.startup();
    return { url: findBaseUrl(real)! }; // our own router, which listens
  });
  return {
    routes,
    listen,
    use(...route) {
      real?.use(...route);
      routes.push(route);
    },
    async [Symbol.asyncDispose]() {
      await lifecycle.beforeShutdown();
      await lifecycle.shutdown();
    },
  };
}

/** The same configuration, for a server that only this machine reaches. */
function onFreePort(config: RootConfigService): RootConfigService {
  const data = config.getOptional<JsonObject>() ?? {};
  const backend = data.backend as JsonObject | undefined;
  const listen = { host: 'localhost', port: 0 };
  return fakeRootConfig({ data: { ...data, backend: { ...backend, listen } } });
}
