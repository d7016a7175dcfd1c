export { loggerServiceFactory } from './logger/logger-service-factory.js';
