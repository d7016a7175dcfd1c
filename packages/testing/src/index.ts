export {
  fakeClock,
  type ClockDate,
  type ClockDuration,
  type FakeClock,
  type FakeClockOptions,
} from './clock/fake-clock.js';
export {
  createServiceMock,
  type ServiceMock,
  type ServiceMockMethods,
} from './create-service-mock.js';
export type { FakeService } from './fake.js';
export { mockCredentials, type MockServiceTokenOptions } from './mock-credentials.js';
export {
  createMockDirectory,
  type CreateMockDirectoryOptions,
  type MockDirectory,
  type MockDirectoryContent,
  type MockDirectoryContentCallback,
  type MockDirectoryContentCallbackContext,
  type MockDirectoryContentOptions,
} from './mock-directory.js';
export { mockErrorHandler } from './mock-error-handler.js';
export {
  mockFunction,
  type AnyFunction,
  type MockFunction,
  type MockInstance,
  type MockRecord,
  type MockResult,
  type MockSettledResult,
} from './mock-function.js';
export { mockPeer, type ForwardingPeer, type MockPeer, type PeerRequest } from './mock-peer.js';
export { mockServices } from './mock-services.js';
export { registerMswTestHooks } from './register-msw-test-hooks.js';
export type { MigrateDatabase, TestDatabaseClient } from './servers/server-databases.js';
export {
  TestCaches,
  type TestCache,
  type TestCacheId,
  type TestCachesOptions,
} from './servers/test-caches.js';
export {
  TestDatabases,
  type TestDatabaseId,
  type TestDatabasesOptions,
} from './servers/test-databases.js';
export type {
  FakeActionsRegistry,
  FakeActionsRegistryOptions,
} from './services/actions-registry.js';
export type { FakeActionsOptions } from './services/actions.js';
export type { FakeAuditor, FakeAuditorOptions } from './services/auditor.js';
export type { FakeAuthOptions } from './services/auth.js';
export type { FakeConnectionsOptions } from './services/connections.js';
export type { FakeDatabase, FakeDatabaseOptions } from './services/database.js';
export type { FakeDiscoveryOptions } from './services/discovery.js';
export type { FakeEvents } from './services/events.js';
export type { FakeHttpAuthOptions } from './services/http-auth.js';
export type { FakeHttpRouter, FakeHttpRouterOptions } from './services/http-router.js';
export type { FakeLifecycleOptions } from './services/lifecycle.js';
export type { FakeInstrumentKind, FakeMeasurement, FakeMetrics } from './services/metrics.js';
export type { FakePermissionsRegistry } from './services/permissions-registry.js';
export type { FakePermissionsOptions } from './services/permissions.js';
export type { FakeRootConfig, FakeRootConfigOptions } from './services/root-config.js';
export type { FakeRootHealthOptions } from './services/root-health.js';
export type { FakeRootHttpRouter, FakeRootHttpRouterOptions } from './services/root-http-router.js';
export type {
  FakeLoggerOptions,
  FakeLogLevel,
  FakeLogLine,
  FakeRootLogger,
} from './services/root-logger.js';
export type { FakeRootInstanceMetadataOptions } from './services/root-instance-metadata.js';
export type { FakeRootSystemMetadataOptions } from './services/root-system-metadata.js';
export type { FakeScheduler, FakeSchedulerOptions } from './services/scheduler.js';
export type {
  FakeSpan,
  FakeTracing,
  FakeTracingOptions,
  TracingServiceMock,
} from './services/tracing.js';
export type { FakeUrlReaderOptions } from './services/url-reader.js';
export {
  startTestBackend,
  type TestBackend,
  type TestBackendOptions,
} from './start-test-backend.js';
export type { TestRequestInit } from './backend/send-request.js';
export type { TestFeature } from './backend/tested-features.js';
export type { TestHttpServer } from './backend/test-http-server.js';
export type { Fake } from './with-factory.js';
export {
  ServiceFactoryTester,
  type ServiceFactoryTesterOptions,
} from './service-factory-tester.js';
