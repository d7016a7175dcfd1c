import { urlReaderServiceFactory } from '@stagewire/services';
import type { ServiceFactory } from '@stagewire/plugin-api';
import { once } from '../fake.js';
import { mockServices } from '../mock-services.js';
import { testRootHttpRouterFactory } from './test-http-server.js';

/**
 * What a backend under test has when the test does not say otherwise: real services that need
 * nothing outside of the process, fakes for the others.
 */
export const getDefaultFactories = once((): readonly ServiceFactory[] => [
  mockServices.auth.factory(),
  mockServices.auditor.factory(),
  mockServices.cache.factory(),
  mockServices.rootConfig.factory(),
  mockServices.database.factory(),
  mockServices.discovery.factory(),
  mockServices.httpAuth.factory(),
  mockServices.httpRouter.factory(),
  mockServices.lifecycle.factory(),
  mockServices.logger.factory(),
  mockServices.permissions.factory(),
  mockServices.permissionsRegistry.factory(),
  mockServices.rootHealth.factory(),
  testRootHttpRouterFactory,
  mockServices.rootLifecycle.factory(),
  mockServices.rootLogger.factory(),
  mockServices.scheduler.factory(),
  mockServices.userInfo.factory(),
  // Not the fake, which knows no URL: tests answer its requests by other means.
  urlReaderServiceFactory,
  mockServices.events.factory(),
  mockServices.actionsRegistry.factory(),
  mockServices.actions.factory(),
  mockServices.metrics.factory(),
  mockServices.tracing.factory(),
  mockServices.connections.factory(),
]);
