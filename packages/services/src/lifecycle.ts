export { lifecycleServiceFactory, PluginLifecycle } from './lifecycle/lifecycle-service-factory.js';
