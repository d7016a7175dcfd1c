import { coreServices, createServiceFactory } from '@stagewire/plugin-api';
import { createRootHttpRouter } from './create-root-http-router.js';
import type { RootHttpRouterFactoryOptions } from './root-http-router-options.js';

function createFactory(options: RootHttpRouterFactoryOptions = {}) {
  return createServiceFactory({
    service: coreServices.rootHttpRouter,
    deps: {
      config: coreServices.rootConfig,
      logger: coreServices.rootLogger,
      lifecycle: coreServices.rootLifecycle,
      health: coreServices.rootHealth,
    },
    factory: (deps) => createRootHttpRouter(deps, options),
  });
}

/**
 * `core.rootHttpRouter`: the HTTP server of the backend, and who answers below which path.
 *
 * @remarks
 * The server listens as soon as the service is made, before any plugin starts, unless `listen` is
 * false. When the backend stops, requests may finish within `backend.lifecycle.serverDrainTimeout`
 * (30 seconds if not configured). This is both a factory, and a function that takes options and
 * returns a factory.
 *
 * @example
 * ```ts
 * backend.add(rootHttpRouterServiceFactory({ indexPath: '/api/home' }));
 * ```
 *
 * @public
 */
export const rootHttpRouterServiceFactory = Object.assign(createFactory, createFactory());
