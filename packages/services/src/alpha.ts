export { actionsRegistryServiceFactory } from './actions-registry/actions-registry-service-factory.js';
export { invokeAction, type ActionCall } from './actions-registry/invoke-action.js';
export { PluginActionsRegistry } from './actions-registry/plugin-actions-registry.js';
export { actionsServiceFactory } from './actions/actions-service-factory.js';
export { metricsServiceFactory } from './metrics/metrics-service-factory.js';
export { tracingServiceFactory } from './tracing/tracing-service-factory.js';
