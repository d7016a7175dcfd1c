import { createServiceRef } from './create-service-ref.js';
import type { ActionsRegistryService } from './services/actions-registry.js';
import type { ActionsService } from './services/actions.js';
import type { MetricsService } from './services/metrics.js';
import type { TracingService } from './services/tracing.js';

/** Calls the actions of all plugins. @alpha */
export const actionsServiceRef = createServiceRef<ActionsService>({
  id: 'alpha.core.actions',
  scope: 'plugin',
});

/** Takes the actions of a plugin. @alpha */
export const actionsRegistryServiceRef = createServiceRef<ActionsRegistryService>({
  id: 'alpha.core.actionsRegistry',
  scope: 'plugin',
});

/** Measures a plugin. @alpha */
export const metricsServiceRef = createServiceRef<MetricsService>({
  id: 'alpha.core.metrics',
  scope: 'plugin',
});

/** Traces the work of a plugin. @alpha */
export const tracingServiceRef = createServiceRef<TracingService>({
  id: 'alpha.core.tracing',
  scope: 'plugin',
});
