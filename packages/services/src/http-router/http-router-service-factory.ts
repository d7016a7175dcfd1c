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
import { openPluginRateLimits } from '../http/rate-limit.js';
import { LifecycleGate } from './lifecycle-gate.js';
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
    const mount = mountRouter(rootHttpRouter, plugin.getId(), router);
    lifecycle.addShutdownHook(() => mount.release());
    return router as HttpRouterService;
  },
});

type Settings = {
  pauseTimeout: number;
  checksCredentials: boolean;
  /** By plugin id. */
  rateLimits: ReadonlyMap<string, RequestHandler>;
};

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
  };
}

function mountRouter(
  rootHttpRouter: RootHttpRouterService,
  pluginId: string,
  router: PluginRouter,
): PluginMount {
  if (mountsPlugins(rootHttpRouter)) return rootHttpRouter[MOUNT_PLUGIN](pluginId, router.handle);
  rootHttpRouter.use(`/api/${pluginId}`, router.handle);
  return { release: () => undefined };
}
