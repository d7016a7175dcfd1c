import type {
  LoggerService,
  RootConfigService,
  RootHealthService,
  RootLifecycleService,
} from '@stagewire/plugin-api';
import type { Application, RequestHandler } from 'express';
import type { RootHttpServer } from './http-server.js';
import type { MiddlewareFactory } from './middleware-factory.js';

/** Settings of the root HTTP router. @public */
export interface RootHttpRouterFactoryOptions {
  /**
   * The path whose handler also answers every request that nobody else does, except below `/api`.
   * False for no such handler.
   *
   * @defaultValue '/api/app'
   */
  indexPath?: string | false;

  /**
   * Whether the server listens as soon as the service is made. Otherwise whoever has the server
   * calls its `start()`, or hands it connections.
   *
   * @defaultValue true
   */
  listen?: boolean;

  /**
   * Puts the chain of handlers together, in a whole Express application. Requests take Express's
   * own way then, which costs several times the CPU of the default one.
   */
  configure?(context: RootHttpRouterConfigureContext): void | Promise<void>;
}

/** What `configure` can put together. @public */
export interface RootHttpRouterConfigureContext {
  /** The application that gets all requests; there is nothing in it but its settings. */
  app: Application;
  /** The server of the application; it does not listen yet. */
  server: RootHttpServer;
  /** All plugins, and all else that is added to the root router. */
  routes: RequestHandler;
  /** Makes the parts of the default chain. */
  middleware: MiddlewareFactory;
  config: RootConfigService;
  logger: LoggerService;
  lifecycle: RootLifecycleService;
  /** The routes for probes. */
  healthRouter: RequestHandler;
  /** Adds the whole default chain to the application. */
  applyDefaults(): void;
}

/** The services that the root HTTP router is made with. */
export type RootHttpRouterDeps = {
  config: RootConfigService;
  logger: LoggerService;
  lifecycle: RootLifecycleService;
  health: RootHealthService;
};
