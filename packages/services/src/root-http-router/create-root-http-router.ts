import { setTimeout as wait } from 'node:timers/promises';
import { readMilliseconds } from '../http/duration.js';
import { hasRateLimits } from '../http/rate-limit-settings.js';
import { openGlobalRateLimit, type RateLimits } from '../http/rate-limit.js';
import { serveLocalCalls } from '../local-transport/local-servers.js';
import { makeConfiguredServer } from './configured-server.js';
import { ConnectionDrain } from './connection-drain.js';
import { makeDefaultServer } from './default-server.js';
import { createRootHttpServer } from './http-server.js';
import type {
  RootHttpRouterDeps,
  RootHttpRouterFactoryOptions,
} from './root-http-router-options.js';
import type { RootRouter } from './root-router.js';
import type { ServedRouter, ServerParts } from './server-parts.js';

const DEFAULT_INDEX_PATH = '/api/app';
const DEFAULT_DRAIN_TIMEOUT = 30_000;

/** Makes the server and the router of a backend, and begins to listen unless told otherwise. */
export async function createRootHttpRouter(
  deps: RootHttpRouterDeps,
  options: RootHttpRouterFactoryOptions,
): Promise<RootRouter> {
  const limits = await openLimits(deps);
  const parts = makeParts(deps, options, limits);
  const served = options.configure
    ? await makeConfiguredServer(parts, options.configure)
    : await makeDefaultServer(parts);
  stopWithBackend(parts, served, limits);
  if (options.listen ?? true) await served.server.start();
  return served.router;
}

async function openLimits({ config, logger }: RootHttpRouterDeps): Promise<RateLimits> {
  if (hasRateLimits(config) && config.getOptional('backend.trustProxy') === true) {
    logger.warn(
      'Whoever writes X-Forwarded-For escapes backend.rateLimit, as backend.trustProxy is true: set it to the number or the addresses of your proxies',
    );
  }
  return openGlobalRateLimit({ config, logger });
}

function makeParts(
  deps: RootHttpRouterDeps,
  options: RootHttpRouterFactoryOptions,
  limits: RateLimits,
): ServerParts {
  const { config } = deps;
  const logger = deps.logger.child({ service: 'rootHttpRouter' });
  const drain = new ConnectionDrain();
  const drainTimeout =
    readMilliseconds(config, 'backend.lifecycle.serverDrainTimeout') ?? DEFAULT_DRAIN_TIMEOUT;
  return {
    ...deps,
    logger,
    drain,
    indexPath: options.indexPath ?? DEFAULT_INDEX_PATH,
    rateLimit: limits.global,
    expressSettings: { trustProxy: config.getOptional('backend.trustProxy') },
    createServer: async (messages) => {
      const server = await createRootHttpServer({ config, logger, drain, drainTimeout, messages });
      serveLocalCalls({ config, server, drain, messages });
      return server;
    },
  };
}

function stopWithBackend(
  { config, lifecycle, drain }: ServerParts,
  { server }: ServedRouter,
  limits: RateLimits,
): void {
  // Time for load balancers to see that the backend is no longer ready, while it still serves.
  const delay = readMilliseconds(config, 'backend.lifecycle.serverShutdownDelay') ?? 0;
  lifecycle.addBeforeShutdownHook(async () => {
    drain.begin();
    if (delay > 0) await wait(delay, undefined, { ref: false });
  });
  lifecycle.addShutdownHook(async () => {
    await server.stop();
    await limits.close();
  });
}
