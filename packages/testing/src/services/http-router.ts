import {
  coreServices,
  type AuthService,
  type HttpAuthService,
  type HttpRouterService,
  type HttpRouterServiceAuthPolicy,
} from '@stagewire/plugin-api';
import { httpRouterServiceFactory } from '@stagewire/services/httpRouter';
import { defineFake, makeFrom, once } from '../fake.js';
import { mockFunction } from '../mock-function.js';
import { fakeAuth } from './auth.js';
import { fakeHttpAuth } from './http-auth.js';
import { fakeLifecycle } from './lifecycle.js';
import { fakeLogger } from './logger.js';
import { fakePluginMetadata } from './plugin-metadata.js';
import { fakeRootConfig } from './root-config.js';
import { fakeRootHttpRouter } from './root-http-router.js';
import { fakeRootLifecycle } from './root-lifecycle.js';
import { fakeRootLogger } from './root-logger.js';

/** Whose routes they are, and who may call them. @public */
export type FakeHttpRouterOptions = {
  /** `@default` `'test'` */
  pluginId?: string;
  /** `@default` a fake one */
  auth?: AuthService;
  /** `@default` a fake one, for which requests without token come from a user */
  httpAuth?: HttpAuthService;
};

/** A router of a plugin, whose server begins to listen when the test says so. @public */
export interface FakeHttpRouter extends HttpRouterService, AsyncDisposable {
  /** What was added, in order. */
  readonly handlers: ReadonlyArray<Parameters<HttpRouterService['use']>[0]>;
  readonly policies: readonly HttpRouterServiceAuthPolicy[];
  /** Listens on a free port; the URL is that of the plugin. A second call gives the same one. */
  listen(): Promise<{ url: string }>;
}

/**
 * `core.httpRouter` that collects handlers and policies, and serves them by the real one, with the
 * credentials barrier in front and below `/api/test`, once `listen()` is called. Write `await using`
 * for it to be closed. In a backend, it is the real one.
 */
export const fakeHttpRouter = defineFake({
  service: coreServices.httpRouter,
  create: (options: FakeHttpRouterOptions = {}): FakeHttpRouter => createHttpRouter(options),
  factory: () => httpRouterServiceFactory,
  mock: () => ({
    use: mockFunction(),
    addAuthPolicy: mockFunction(),
  }),
});

function createHttpRouter(options: FakeHttpRouterOptions): FakeHttpRouter {
  const { pluginId = 'test' } = options;
  const rootHttpRouter = fakeRootHttpRouter();
  const handlers: Array<Parameters<HttpRouterService['use']>[0]> = [];
  const policies: HttpRouterServiceAuthPolicy[] = [];
  let real: HttpRouterService | undefined;
  const listen = once(async () => {
    real = await makeReal(options, rootHttpRouter);
    for (const handler of handlers) real.use(handler);
    for (const policy of policies) real.addAuthPolicy(policy);
    const { url } = await rootHttpRouter.listen();
    return { url: `${url}/api/${pluginId}` };
  });
  return {
    handlers,
    policies,
    listen,
    use(handler) {
      real?.use(handler);
      handlers.push(handler);
    },
    addAuthPolicy(policy) {
      real?.addAuthPolicy(policy);
      policies.push(policy);
    },
    [Symbol.asyncDispose]: () => rootHttpRouter[Symbol.asyncDispose](),
  };
}

async function makeReal(
  { pluginId = 'test', auth = fakeAuth({ pluginId }), httpAuth }: FakeHttpRouterOptions,
  rootHttpRouter: ReturnType<typeof fakeRootHttpRouter>,
): Promise<HttpRouterService> {
  const lifecycle = fakeLifecycle();
  const router = await makeFrom(httpRouterServiceFactory, {
    plugin: fakePluginMetadata({ pluginId }),
    config: fakeRootConfig(),
    rootLogger: fakeRootLogger(),
    rootLifecycle: fakeRootLifecycle(),
    lifecycle,
    rootHttpRouter,
    auth,
    httpAuth: httpAuth ?? fakeHttpAuth({ pluginId }),
    logger: fakeLogger(),
  });
  await lifecycle.startup();
  return router;
}
