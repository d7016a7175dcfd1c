export {
  createSpecializedBackend,
  type Backend,
  type FeatureImport,
  type SpecializedBackendOptions,
  type StartedBackend,
} from './backend.js';
export type { ServiceHints } from './check-services.js';
export { formatDiagnostic, type Diagnostic } from './diagnostic.js';
export type {
  Plan,
  PlannedDecorator,
  PlannedModule,
  PlannedPlugin,
  PlannedService,
} from './plan.js';
export { formatStartFailure } from './process-events.js';
export { BackendRefusedError, diagnosticsOf } from './refuse.js';
export { createServiceContainer, type ServiceContainer } from './service-container.js';
export {
  BackendStartupError,
  type BackendStartupResult,
  type ModuleStartupResult,
  type PluginStartupResult,
  type StartupFailure,
} from './startup-result.js';
export type { TimelineEntry } from './timeline.js';
