export { DatabaseManager } from './database/database-manager.js';
export { databaseServiceFactory } from './database/database-service-factory.js';
