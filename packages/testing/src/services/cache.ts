import { coreServices, type CacheService, type LoggerService } from '@stagewire/plugin-api';
import { CacheManager, cacheServiceFactory } from '@stagewire/services/cache';
import { defineFake } from '../fake.js';
import { mockFunction } from '../mock-function.js';
import { fakeRootConfig } from './root-config.js';
import { fakeRootLogger } from './root-logger.js';

/** `core.cache`: the real one, in memory and empty. In a backend too, unless it is configured. */
export const fakeCache = defineFake({
  service: coreServices.cache,
  create: ({ logger = fakeRootLogger() }: { logger?: LoggerService } = {}): CacheService =>
    CacheManager.create({ config: fakeRootConfig(), logger }).forPlugin('test'),
  factory: () => cacheServiceFactory,
  mock: () => ({
    get: mockFunction(),
    set: mockFunction(),
    delete: mockFunction(),
    withOptions: mockFunction(),
  }),
});
