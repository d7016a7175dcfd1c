import { fakeActions } from './services/actions.js';
import { fakeActionsRegistry } from './services/actions-registry.js';
import { fakeAuditor } from './services/auditor.js';
import { fakeAuth } from './services/auth.js';
import { fakeCache } from './services/cache.js';
import { fakeConnections } from './services/connections.js';
import { fakeDatabase } from './services/database.js';
import { fakeDiscovery } from './services/discovery.js';
import { fakeEvents } from './services/events.js';
import { fakeHttpAuth } from './services/http-auth.js';
import { fakeHttpRouter } from './services/http-router.js';
import { fakeLifecycle } from './services/lifecycle.js';
import { fakeLogger } from './services/logger.js';
import { fakeMetrics } from './services/metrics.js';
import { fakePermissions } from './services/permissions.js';
import { fakePermissionsRegistry } from './services/permissions-registry.js';
import { fakePluginMetadata } from './services/plugin-metadata.js';
import { fakeRootConfig } from './services/root-config.js';
import { fakeRootHealth } from './services/root-health.js';
import { fakeRootHttpRouter } from './services/root-http-router.js';
import { fakeRootInstanceMetadata } from './services/root-instance-metadata.js';
import { fakeRootLifecycle } from './services/root-lifecycle.js';
import { fakeRootLogger } from './services/root-logger.js';
import { fakeRootSystemMetadata } from './services/root-system-metadata.js';
import { fakeScheduler } from './services/scheduler.js';
import { fakeTracing } from './services/tracing.js';
import { fakeUrlReader } from './services/url-reader.js';
import { fakeUserInfo } from './services/user-info.js';

/**
 * A fake of each built-in service, by the name of the service, in three strengths.
 *
 * @remarks
 * `mockServices.<name>(options?)` is a fake that stands by itself, and does what the service does.
 * `mockServices.<name>.mock(partial?)` does nothing but record calls, and give what the test says.
 * `mockServices.<name>.factory(options?)` is for a backend in a test; so is the `factory` of a fake or
 * mock, which puts that very one into the backend. Those of `pluginMetadata` and `rootInstanceMetadata`
 * are for a `ServiceFactoryTester` only, as every backend brings its own.
 *
 * @example
 * ```ts
 * const logger = mockServices.rootLogger();
 * const todos = new TodoStore({ cache: mockServices.cache(), logger });
 * await todos.forget();
 * assert.equal(logger.lines[0]?.message, 'All forgotten');
 * ```
 *
 * @public
 */
export const mockServices = {
  actions: fakeActions,
  actionsRegistry: fakeActionsRegistry,
  auditor: fakeAuditor,
  auth: fakeAuth,
  cache: fakeCache,
  connections: fakeConnections,
  database: fakeDatabase,
  discovery: fakeDiscovery,
  events: fakeEvents,
  httpAuth: fakeHttpAuth,
  httpRouter: fakeHttpRouter,
  lifecycle: fakeLifecycle,
  logger: fakeLogger,
  metrics: fakeMetrics,
  permissions: fakePermissions,
  permissionsRegistry: fakePermissionsRegistry,
  pluginMetadata: fakePluginMetadata,
  rootConfig: fakeRootConfig,
  rootHealth: fakeRootHealth,
  rootHttpRouter: fakeRootHttpRouter,
  rootInstanceMetadata: fakeRootInstanceMetadata,
  rootLifecycle: fakeRootLifecycle,
  rootLogger: fakeRootLogger,
  rootSystemMetadata: fakeRootSystemMetadata,
  scheduler: fakeScheduler,
  tracing: fakeTracing,
  urlReader: fakeUrlReader,
  userInfo: fakeUserInfo,
};
