import type { Config } from '@stagewire/config';
import {
  coreServices,
  createServiceFactory,
  type HttpRouterService,
  type LoggerService,
  type RootHttpRouterService,
  type RootLifecycleService,
} from '@stagewire/plugin-api';
import type { RequestHandler } from 'express';
import { readMilliseconds } from '../http/duration.js';
import { createErrorHandler } from '../http/error-handler.js';
import { MOUNT_PLUGIN, mountsPlugins, type PluginMount } from '../http/plugin-mount.js';
import { RequestsInProgress } from '../http/requests-in-progress.js';
import { openPluginRateLimits } from '../http/rate-limit.js';
import { LifecycleGate } from './lifecycle-gate.js';
import { MountedRouter } from './mounted-router.js';
import { PluginRouter } from './plugin-router.js';

const DEFAULT_PAUSE_TIMEOUT = 5000;

/**
 * `core.httpRouter`: the routes of a plugin, below `/api/<pluginId>`.
 *
 * @remarks
 * Made for every plugin, as every plugin shows its public keys. Requests wait while the plugin
 * starts, and need the credentials of a user or a service unless a policy says otherwise.
 *
 * @public
 */
export const httpRouterServiceFactory = createServiceFactory({
  service: coreServices.httpRouter,
  initialization: 'always',
  deps: {
    plugin: coreServices.pluginMetadata,
    config: coreServices.rootConfig,
    rootLogger: coreServices.rootLogger,
    rootLifecycle: coreServices.rootLifecycle,
    lifecycle: coreServices.lifecycle,
    rootHttpRouter: coreServices.rootHttpRouter,
    auth: coreServices.auth,
    httpAuth: coreServices.httpAuth,
    logger: coreServices.logger,
  },
  createRootContext: makeSettings,
  factory({ plugin, lifecycle, rootHttpRouter, auth, httpAuth, logger }, settings) {
    const router = new PluginRouter({
      pluginId: plugin.getId(),
      auth,
      httpAuth,
      gate: new LifecycleGate(lifecycle, settings.pauseTimeout),
      errorHandler: createErrorHandler(logger),
      checksCredentials: settings.checksCredentials,
      rateLimit: settings.rateLimits.get(plugin.getId()),
    });
    const mounted = new MountedRouter(plugin, () =>
      mountRouter(rootHttpRouter, plugin.getId(), router, settings.slots),
    );
    lifecycle.addShutdownHook(() => mounted.release());
    return Object.assign(router, { [Symbol.dispose]: () => mounted.cutOff() }) as HttpRouterService;
  },
});

type Settings = {
  pauseTimeout: number;
  checksCredentials: boolean;
  /** By plugin id. */
  rateLimits: ReadonlyMap<string, RequestHandler>;
  /** What stands for plugins in a root router that is not ours, by plugin id. */
  slots: Map<string, Slot>;
};

/** Who answers below `/api/<pluginId>` at this moment. */
type Slot = { handler: RequestHandler | undefined };

type RootDeps = {
  config: Config;
  rootLogger: LoggerService;
  rootLifecycle: RootLifecycleService;
};

/** Made once for all plugins. */
async function makeSettings({ config, rootLogger, rootLifecycle }: RootDeps): Promise<Settings> {
  const pauseTimeout = readMilliseconds(config, 'backend.lifecycle.startupRequestPauseTimeout');
  const disabled = config.getOptionalBoolean('backend.auth.dangerouslyDisableDefaultAuthPolicy');
  const limits = await openPluginRateLimits({ config, logger: rootLogger });
  if (limits.plugins.size > 0) rootLifecycle.addShutdownHook(() => limits.close());
  return {
    pauseTimeout: pauseTimeout ?? DEFAULT_PAUSE_TIMEOUT,
    checksCredentials: !disabled,
    rateLimits: limits.plugins,
    slots: new Map(),
  };
}

function mountRouter(
  rootHttpRouter: RootHttpRouterService,
  pluginId: string,
  router: PluginRouter,
  slots: Map<string, Slot>,
): PluginMount {
  if (mountsPlugins(rootHttpRouter)) return rootHttpRouter[MOUNT_PLUGIN](pluginId, router.handle);
  const slot = slots.get(pluginId) ?? { handler: undefined };
  slot.handler = router.handle;
  if (!slots.has(pluginId)) {
    // It takes a path once, and never gives it back: versions of a plugin follow each other behind it.
    rootHttpRouter.use(`/api/${pluginId}`, (req, res, next) =>
      slot.handler ? slot.handler(req, res, next) : next(),
    );
    slots.set(pluginId, slot);
  }
  return {
    release: () => undefined,
    withdraw() {
      if (slot.handler === router.handle) slot.handler = undefined;
      return new RequestsInProgress();
    },
  };
}
