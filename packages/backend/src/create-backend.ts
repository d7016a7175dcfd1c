import { createSpecializedBackend, type Backend } from '@stagewire/wiring';
import { defaultServiceFactories } from './default-service-factories.js';
import { loadQuickly } from './loading/quick-loading.js';
import { serviceHints } from './service-hints.js';

// As this package is imported, which is before what a program imports after it.
const loading = loadQuickly();

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
  const backend = createSpecializedBackend({ defaultServiceFactories, serviceHints });
  if (!loading) return backend;
  return {
    ...backend,
    start: async () => {
      try {
        const started = await backend.start();
        loading.finish();
        return started;
      } catch (error) {
        loading.cancel();
        throw error;
      }
    },
  };
}
