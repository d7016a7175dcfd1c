export { CacheManager } from './cache/cache-manager.js';
export { cacheServiceFactory } from './cache/cache-service-factory.js';
