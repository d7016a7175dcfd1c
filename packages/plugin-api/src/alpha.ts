/**
 * What is offered already and may still change.
 *
 * @packageDocumentation
 */
export {
  actionsRegistryServiceRef,
  actionsServiceRef,
  metricsServiceRef,
  tracingServiceRef,
} from './alpha-services.js';
export type { ConnectionRegistration } from './declare-connection.js';
export { declareConnection } from './declare-connection.js';
export type {
  ActionsRegistryActionContext,
  ActionsRegistryActionExample,
  ActionsRegistryActionOptions,
  ActionsRegistryService,
} from './services/actions-registry.js';
export type { ActionsService, ActionsServiceAction } from './services/actions.js';
export type {
  JsonSchema,
  JsonSchemaDefinition,
  JsonSchemaTypeName,
} from './services/json-schema.js';
export type {
  MetricAdvice,
  MetricAttributes,
  MetricAttributeValue,
  MetricOptions,
  MetricsService,
  MetricsServiceCounter,
  MetricsServiceGauge,
  MetricsServiceHistogram,
  MetricsServiceObservable,
  MetricsServiceObservableCallback,
  MetricsServiceObservableCounter,
  MetricsServiceObservableGauge,
  MetricsServiceObservableResult,
  MetricsServiceObservableUpDownCounter,
  MetricsServiceUpDownCounter,
} from './services/metrics.js';
export type {
  TracingService,
  TracingServiceAttributes,
  TracingServiceAttributeValue,
  TracingServiceBaggage,
  TracingServiceBaggageEntry,
  TracingServiceContext,
  TracingServiceContextAPI,
  TracingServicePropagationAPI,
  TracingServiceSpan,
  TracingServiceSpanKind,
  TracingServiceSpanOptions,
  TracingServiceSpanStatus,
} from './services/tracing.js';
