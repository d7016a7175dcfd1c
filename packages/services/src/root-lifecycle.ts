export {
  RootLifecycle,
  rootLifecycleServiceFactory,
} from './lifecycle/root-lifecycle-service-factory.js';
