export { RootHealth, rootHealthServiceFactory } from './root-health/root-health-service-factory.js';
