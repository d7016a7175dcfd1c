export { httpRouterServiceFactory } from './http-router/http-router-service-factory.js';
