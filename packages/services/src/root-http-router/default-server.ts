import { createErrorHandler } from '../http/error-handler.js';
import { AccessLog } from './access-log.js';
import { createCors, type NodeMiddleware } from './cors.js';
import { ExpressBridge } from './express-bridge.js';
import { HealthRoutes } from './health-routes.js';
import {
  attachExpress,
  canInjectHeaders,
  createMessageClasses,
  type MessageContext,
} from './http-messages.js';
import { RequestPipeline } from './request-pipeline.js';
import { RootRouter } from './root-router.js';
import { readSecurityHeaders } from './security-headers.js';
import type { ServedRouter, ServerParts } from './server-parts.js';

/** Our own way through a request: the default chain without Express's application around it. */
export async function makeDefaultServer(parts: ServerParts): Promise<ServedRouter> {
  const { config, logger, health, drain, indexPath } = parts;
  const context: MessageContext = {
    security: await readSecurityHeaders(config),
    injects: canInjectHeaders(),
    drain,
    express: undefined,
  };
  const messages = createMessageClasses(context);
  const express = new ExpressBridge(parts.expressSettings, (loaded) =>
    attachExpress(context, messages, loaded),
  );
  // Addresses are understood by Express only: a mistake is told now rather than to a first request.
  const trustsAddresses = ['string', 'object'].includes(typeof parts.expressSettings.trustProxy);
  // A rate limit asks Express for the address of the client, at every request.
  if (trustsAddresses || parts.rateLimit) await express.load();

  const server = await parts.createServer(messages);
  const createExpressRouter = () => express.createRouter();
  const listResponses = () => drain.listResponses();
  const router = new RootRouter({ server, indexPath, createExpressRouter, listResponses });
  const pipeline = new RequestPipeline({
    logger,
    cors: await createCors(config),
    accessLog: new AccessLog(logger),
    healthRoutes: new HealthRoutes(health, config, (path) => router.isTaken(path)),
    rateLimit: parts.rateLimit as NodeMiddleware | undefined,
    router,
    express,
    errorHandler: createErrorHandler(logger),
  });
  server.on('request', pipeline.handle);
  return { router, server };
}
