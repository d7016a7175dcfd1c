import type { Config } from '@stagewire/config';
import {
  coreServices,
  createServiceFactory,
  type HttpRouterService,
  type RootHttpRouterService,
} from '@stagewire/plugin-api';
import { readMilliseconds } from '../http/duration.js';
import { createErrorHandler } from '../http/error-handler.js';
import { MOUNT_PLUGIN, mountsPlugins, type PluginMount } from '../http/plugin-mount.js';
import { refuseRateLimit } from '../http/rate-limit.js';
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
    lifecycle: coreServices.lifecycle,
    rootHttpRouter: coreServices.rootHttpRouter,
    auth: coreServices.auth,
    httpAuth: coreServices.httpAuth,
    logger: coreServices.logger,
  },
  createRootContext: ({ config }) => readSettings(config),
  factory({ plugin, lifecycle, rootHttpRouter, auth, httpAuth, logger }, settings) {
    const router = new PluginRouter({
      pluginId: plugin.getId(),
      auth,
      httpAuth,
      gate: new LifecycleGate(lifecycle, settings.pauseTimeout),
      errorHandler: createErrorHandler(logger),
      checksCredentials: settings.checksCredentials,
    });
    const mount = mountRouter(rootHttpRouter, plugin.getId(), router);
    lifecycle.addShutdownHook(() => mount.release());
    return router as HttpRouterService;
  },
});

type Settings = { pauseTimeout: number; checksCredentials: boolean };

/** Read once for all plugins. */
function readSettings(config: Config): Settings {
  refuseRateLimit(config);
  const pauseTimeout = readMilliseconds(config, 'backend.lifecycle.startupRequestPauseTimeout');
  const disabled = config.getOptionalBoolean('backend.auth.dangerouslyDisableDefaultAuthPolicy');
  return { pauseTimeout: pauseTimeout ?? DEFAULT_PAUSE_TIMEOUT, checksCredentials: !disabled };
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
