import type { Config } from '@stagewire/config';
import { ServiceUnavailableError } from '@stagewire/errors';
import type { LoggerService } from '@stagewire/plugin-api';
import type { Store } from 'express-rate-limit';
import { httpErrors } from './errors.js';

const KEY = 'backend.rateLimit.store';

/** Makes stores for the counts of limiters; a store is for one limiter only. */
export type RateLimitStores = {
  /** @param pluginId - whose counts the store keeps; without it, those of all requests */
  create(pluginId?: string): Store;
  /** Lets go of all that was made. A second call does nothing. */
  close(): Promise<void>;
};

/** Tells that counts cannot be read or written now. */
export class StoreUnavailableError extends ServiceUnavailableError {
  constructor() {
    super('The rate limit of this request cannot be checked');
  }
}

/**
 * Opens what `backend.rateLimit.store` names.
 *
 * @throws `E_RATE_LIMIT_STORE`
 */
export async function openRateLimitStores(
  config: Config,
  logger: LoggerService,
): Promise<RateLimitStores> {
  const isTrue = config.getOptional('backend.rateLimit') === true;
  const block = isTrue ? undefined : config.getOptionalConfig(KEY);
  const type = block?.getOptionalString('type') ?? 'memory';
  switch (type) {
    case 'memory':
      return openMemoryStores();
    case 'redis': {
      const { openRedisStores } = await import('./redis-rate-limit-stores.js');
      return openRedisStores(block?.getOptionalString('connection'), logger);
    }
    default:
      throw httpErrors.rateLimitStore(`${KEY}.type is '${type}', and has to be memory or redis`);
  }
}

async function openMemoryStores(): Promise<RateLimitStores> {
  const { MemoryStore } = await import('express-rate-limit');
  const stores: Array<InstanceType<typeof MemoryStore>> = [];
  return {
    create() {
      const store = new MemoryStore();
      stores.push(store);
      return store;
    },
    async close() {
      for (const store of stores.splice(0)) store.shutdown();
    },
  };
}
