import type { BackendFeature } from './backend-feature.js';
import { collectRegistration, type RegistrationOwner } from './collect-registration.js';
import { assertPluginId } from './feature-id.js';
import { captureCallSite, withOrigin } from './feature-origin.js';
import type { BackendPluginRegistrationPoints } from './registration-points.js';
import type { RegistrationsShape } from './shapes.js';

/** What {@link createBackendPlugin} is told. @public */
export interface CreateBackendPluginOptions {
  /** Letters, digits and dashes, beginning with a letter; unique in the system. */
  pluginId: string;

  /**
   * Says what the plugin provides and needs. Called once by each backend that starts it, and over
   * when it returns: nothing can be registered later.
   */
  register(reg: BackendPluginRegistrationPoints): void;
}

/**
 * Makes a plugin.
 *
 * @throws `E_PLUGIN_ID_INVALID`, at once
 *
 * @example
 * ```ts
 * export default createBackendPlugin({
 *   pluginId: 'todo',
 *   register(reg) {
 *     reg.registerInit({
 *       deps: { httpRouter: coreServices.httpRouter, database: coreServices.database },
 *       async init({ httpRouter, database }) {
 *         httpRouter.use(createTodoRouter(await database.getClient()));
 *       },
 *     });
 *   },
 * });
 * ```
 *
 * @public
 */
export function createBackendPlugin(options: CreateBackendPluginOptions): BackendFeature {
  const { pluginId } = options;
  assertPluginId(pluginId);
  const owner: RegistrationOwner = { long: `plugin '${pluginId}'`, short: pluginId };
  const feature: RegistrationsShape = {
    $$type: '@backstage/BackendFeature',
    version: 'v1',
    featureType: 'registrations',
    getRegistrations: () => [
      {
        type: 'plugin-v1.1',
        pluginId,
        ...collectRegistration(owner, (reg) => options.register(reg)),
      },
    ],
  };
  return withOrigin(feature, captureCallSite(createBackendPlugin));
}
