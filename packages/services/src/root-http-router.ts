export { HTTP_SERVER, mountsPlugins } from './http/plugin-mount.js';
export { createHealthRouter } from './root-http-router/create-health-router.js';
export type {
  RootHttpRouterConfigureContext,
  RootHttpRouterFactoryOptions,
} from './root-http-router/root-http-router-options.js';
export { rootHttpRouterServiceFactory } from './root-http-router/root-http-router-service-factory.js';
export { StandAloneMiddleware as MiddlewareFactory } from './root-http-router/stand-alone-middleware.js';
