import type { Server } from 'node:http';
import * as net from 'node:net';
import type { JsonObject } from '@stagewire/config';
import {
  coreServices,
  createServiceFactory,
  type RootConfigService,
  type RootHttpRouterService,
} from '@stagewire/plugin-api';
import {
  HTTP_SERVER,
  mountsPlugins,
  rootHttpRouterServiceFactory,
  type RootHttpRouterConfigureContext,
} from '@stagewire/services/rootHttpRouter';
import { makeFrom } from '../fake.js';
import { fakeRootConfig } from '../services/root-config.js';

/** Node's HTTP server with `start()`, `stop()` and `port()`. @public */
export type TestHttpServer = RootHttpRouterConfigureContext['server'];

/**
 * The real root router, whose server listens on a free port of this machine as soon as anybody asks
 * for its address, and speaks plain HTTP whatever the configuration says.
 */
export const testRootHttpRouterFactory = createServiceFactory({
  service: coreServices.rootHttpRouter,
  deps: {
    config: coreServices.rootConfig,
    logger: coreServices.rootLogger,
    lifecycle: coreServices.rootLifecycle,
    health: coreServices.rootHealth,
  },
  async factory({ config, ...deps }) {
    const real = rootHttpRouterServiceFactory({ listen: false });
    const router = await makeFrom(real, { ...deps, config: forTests(config) });
    listenOnDemand(findServer(router)!);
    return router;
  },
});

/** The server of a root router; undefined for one that is not our own. */
export function findServer(router: RootHttpRouterService): TestHttpServer | undefined {
  return mountsPlugins(router) ? (router[HTTP_SERVER] as TestHttpServer) : undefined;
}

/** Asked for an address, which cannot be waited for, the server binds its port there and then. */
function listenOnDemand(server: TestHttpServer): void {
  const { address, stop } = server;
  let isOver = false;
  server.once('close', () => (isOver = true));
  Object.assign(server, {
    address() {
      if (!server.listening && !isOver) listenNow(server);
      return address.call(server);
    },
    async start() {
      server.address();
    },
    stop() {
      isOver = true;
      return stop();
    },
  } satisfies Partial<TestHttpServer>);
}

/** What makes a bound socket at once; undocumented, and as old as Node's clusters. */
type HandleMaker = { _createServerHandle?(address: string, port: number, family: 4): unknown };

/** Given a host, `listen` looks it up first and binds later; without one, on all interfaces. */
function listenNow(server: Server): void {
  const handle = (net as HandleMaker)._createServerHandle?.('127.0.0.1', 0, 4);
  if (typeof handle === 'object') server.listen(handle);
  else server.listen(0);
}

/** How long requests may go on while a test backend stops; frameworks give up after some seconds. */
const DRAIN_TIMEOUT = { seconds: 1 };

/** The configuration for plain HTTP, and for a stop that no unanswered request holds up. */
function forTests(config: RootConfigService): RootConfigService {
  const data = config.getOptional<JsonObject>() ?? {};
  const { https: _, lifecycle, ...backend } = (data.backend ?? {}) as JsonObject;
  const limits = { serverDrainTimeout: DRAIN_TIMEOUT, ...(lifecycle as JsonObject | undefined) };
  return fakeRootConfig({ data: { ...data, backend: { ...backend, lifecycle: limits } } });
}
