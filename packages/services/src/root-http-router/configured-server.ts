import { toHealthRouter } from './create-health-router.js';
import { createExpressApp } from './express-bridge.js';
import { HealthRoutes } from './health-routes.js';
import { MiddlewareFactory } from './middleware-factory.js';
import type {
  RootHttpRouterConfigureContext,
  RootHttpRouterFactoryOptions,
} from './root-http-router-options.js';
import { RootRouter } from './root-router.js';
import type { ServedRouter, ServerParts } from './server-parts.js';

/** Express's way through a request: an application that `configure` puts together. */
export async function makeConfiguredServer(
  parts: ServerParts,
  configure: NonNullable<RootHttpRouterFactoryOptions['configure']>,
): Promise<ServedRouter> {
  const { config, logger, lifecycle, health, indexPath, drain, expressSettings } = parts;
  const { default: express } = await import('express');
  const app = createExpressApp(express, expressSettings);
  const server = await parts.createServer();
  server.on('request', app);

  const router = new RootRouter({
    server,
    indexPath,
    createExpressRouter: () => express.Router(),
    listResponses: () => drain.listResponses(),
  });
  const context: RootHttpRouterConfigureContext = {
    app,
    server,
    routes: (req, res, next) => router.handle(req, res, next),
    middleware: await MiddlewareFactory.create({ config, logger, rateLimit: parts.rateLimit }),
    config,
    logger,
    lifecycle,
    healthRouter: toHealthRouter(new HealthRoutes(health, config, (path) => router.isTaken(path))),
    applyDefaults: () => applyDefaults(context),
  };
  await configure(context);
  return { router, server };
}

function applyDefaults({
  app,
  middleware,
  healthRouter,
  routes,
}: RootHttpRouterConfigureContext): void {
  app.use(middleware.helmet());
  app.use(middleware.cors());
  app.use(middleware.compression());
  app.use(middleware.logging());
  // A probe is never limited: an orchestrator would end a backend that only has much to do.
  app.use(healthRouter);
  app.use(middleware.rateLimit());
  app.use(routes);
  app.use(middleware.notFound());
  app.use(middleware.error());
}
