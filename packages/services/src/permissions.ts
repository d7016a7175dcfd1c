export { permissionsServiceFactory } from './permissions/permissions-service-factory.js';
