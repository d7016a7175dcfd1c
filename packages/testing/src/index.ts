export type { Fake, FakeService } from './fake.js';
export { mockCredentials, type MockServiceTokenOptions } from './mock-credentials.js';
export { mockServices } from './mock-services.js';
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
export type { FakeRootSystemMetadataOptions } from './services/root-system-metadata.js';
export type { FakeScheduler, FakeSchedulerOptions } from './services/scheduler.js';
export type { FakeSpan, FakeTracing, FakeTracingOptions } from './services/tracing.js';
export type { FakeUrlReaderOptions } from './services/url-reader.js';
