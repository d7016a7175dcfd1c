import { createSpecializedBackend, type Backend } from '@stagewire/wiring';
import { defaultServiceFactories } from './default-service-factories.js';
import { serviceHints } from './service-hints.js';

/**
 * Makes a backend with all built-in services; each can be replaced by adding a factory for it.
 *
 * @remarks
 * It takes the place of the stock `createBackend`: the same features, the same configuration.
 *
 * @example
 * ```ts
 * const backend = createBackend();
 * backend.add(import('@backstage/plugin-catalog-backend'));
 * await backend.start();
 * ```
 *
 * @public
 */
export function createBackend(): Backend {
  return createSpecializedBackend({ defaultServiceFactories, serviceHints });
}
