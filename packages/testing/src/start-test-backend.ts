import {
  coreServices,
  decorateService,
  type BackendFeature,
  type ExtensionPoint,
  type ExtensionPointFactoryMiddleware,
  type RootHttpRouterService,
  type ServiceFactory,
} from '@stagewire/plugin-api';
import { createSpecializedBackend, type Backend } from '@stagewire/wiring';
import { getDefaultFactories } from './backend/default-factories.js';
import {
  createExtensionPointModules,
  createMissingPlugins,
  type TestedExtensionPoint,
} from './backend/generated-features.js';
import { stopAfterTests } from './backend/left-running.js';
import { sendRequest, type TestRequestInit } from './backend/send-request.js';
import { findServer, type TestHttpServer } from './backend/test-http-server.js';
import { lookInto, type TestedFeature, type TestFeature } from './backend/tested-features.js';
import { testingErrors } from './errors.js';
import type { MockPeer } from './mock-peer.js';
import { mockServices } from './mock-services.js';

/** What a backend under test is made of. @public */
export interface TestBackendOptions<TExtensionPoints extends any[] = any[]> {
  /** Plugins, modules, services and feature loaders, or imports of packages that export them. */
  features?: readonly TestFeature[];

  /**
   * Extension points with an implementation of the test's own, for modules that are tested without
   * their plugin. The plugin that one belongs to is that of the first module which depends on it.
   */
  extensionPoints?: readonly [
    ...{
      [Index in keyof TExtensionPoints]: readonly [
        ExtensionPoint<TExtensionPoints[Index]>,
        Partial<TExtensionPoints[Index]>,
      ];
    },
  ];

  /** Wraps extension points before modules get them. */
  extensionPointFactoryMiddleware?: readonly ExtensionPointFactoryMiddleware[];

  /** Plugins that are not in the backend, or have a peer in front of them; discovery finds them. */
  peers?: readonly MockPeer[];
}

/** A backend that runs in a test. `await using` stops it. @public */
export interface TestBackend extends Backend, AsyncDisposable {
  /**
   * The HTTP server, which begins to listen on a free port of this machine when it is asked for its
   * `port()` or `address()`.
   *
   * @throws `E_TEST_SERVER` when the root HTTP router was replaced by one that is not our own
   */
  readonly server: TestHttpServer;

  /**
   * Sends a request to the backend without a port, through the same server and handlers as any other.
   *
   * @remarks
   * It resolves with the header of the answer, and the body may still be on its way. Redirects are
   * not followed, and bodies not unpacked.
   *
   * @param path - what comes after the host, such as `/api/todo/items?done=true`
   * @param init - as of `fetch`; `json` in place of `body` is sent as JSON
   * @throws `E_TEST_REQUEST_PATH`; `E_TEST_BACKEND_STOPPED`; `E_TEST_SERVER`; the reason of the signal
   *   in `init`
   * @example
   * ```ts
   * await using backend = await startTestBackend({ features: [todoPlugin] });
   * const answer = await backend.request('/api/todo/items', { method: 'POST', json: { title: 'Rest' } });
   * ```
   */
  request(path: string, init?: TestRequestInit): Promise<Response>;
}

/**
 * Starts a backend with services for tests: real ones where they need nothing outside of the
 * process, fakes for the others. Nothing listens on a port until somebody asks for it.
 *
 * @remarks
 * Each service can be replaced by a factory among the features. Modules run without their plugin
 * too. Where there is a global `afterAll`, backends that were not stopped are when a file is over.
 *
 * @throws `E_TEST_EXTENSION_POINT`; else as `start()` of a backend, which is stopped then
 * @example
 * ```ts
 * await using backend = await startTestBackend({ features: [todoPlugin] });
 * const answer = await backend.request('/api/todo/items');
 * ```
 *
 * @public
 */
export async function startTestBackend<TExtensionPoints extends any[]>(
  options: TestBackendOptions<TExtensionPoints> = {},
): Promise<TestBackend> {
  const tested = await lookInto(options.features ?? []);
  const backend = createSpecializedBackend({
    defaultServiceFactories: chooseDefaults(options),
    extensionPointFactoryMiddleware: options.extensionPointFactoryMiddleware,
    ownsProcess: false,
  });
  let router: RootHttpRouterService | undefined;
  backend.add(watchRootHttpRouter((made) => (router = made)));
  for (const feature of generateFeatures(options, tested)) backend.add(feature);
  for (const { feature } of tested) backend.add(feature);

  const testBackend = createTestBackend(backend, () => router);
  try {
    await backend.start();
  } catch (error) {
    // Why it did not start is what counts; what had started must not go on.
    await testBackend.stop().catch(() => {});
    throw error;
  }
  return testBackend;
}

/** The services of a backend in a test, as its options want them. */
function chooseDefaults({ peers }: TestBackendOptions): readonly ServiceFactory[] {
  if (!peers) return getDefaultFactories();
  const discovery = mockServices.discovery.factory({ peers });
  return getDefaultFactories().map((factory) =>
    factory.service.id === discovery.service.id ? discovery : factory,
  );
}

/** What a backend has in a test beside the features that are tested. */
function generateFeatures(options: TestBackendOptions, tested: TestedFeature[]): BackendFeature[] {
  const registrations = tested.flatMap((one) => one.registrations);
  const extensionPoints = (options.extensionPoints ?? []) as readonly TestedExtensionPoint[];
  return [
    ...createExtensionPointModules(registrations, extensionPoints),
    ...createMissingPlugins(registrations),
  ];
}

/** Whoever provides the router, it is noted. */
function watchRootHttpRouter(note: (router: RootHttpRouterService) => void): BackendFeature {
  return decorateService({
    service: coreServices.rootHttpRouter,
    deps: {},
    decorate(router) {
      note(router);
      return router;
    },
  });
}

function createTestBackend(
  backend: Backend,
  getRouter: () => RootHttpRouterService | undefined,
): TestBackend {
  let isStopped = false;
  const forget = stopAfterTests(backend);
  const stop = async () => {
    forget();
    await backend.stop().finally(() => (isStopped = true));
  };
  const getServer = () => {
    const router = getRouter();
    const server = router && findServer(router);
    if (!server) throw testingErrors.server();
    return server;
  };
  return {
    add: (feature) => backend.add(feature),
    start: () => backend.start(),
    stop,
    get server() {
      return getServer();
    },
    async request(path, init) {
      if (isStopped) throw testingErrors.backendStopped(path);
      return sendRequest(getServer(), path, init);
    },
    [Symbol.asyncDispose]: stop,
  };
}
