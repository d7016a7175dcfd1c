import type { BackendFeature } from './backend-feature.js';
import { collectRegistration, type RegistrationOwner } from './collect-registration.js';
import { assertModuleId } from './feature-id.js';
import { captureCallSite, withOrigin } from './feature-origin.js';
import type { BackendModuleRegistrationPoints } from './registration-points.js';
import type { RegistrationsShape } from './shapes.js';

/** What {@link createBackendModule} is told. @public */
export interface CreateBackendModuleOptions {
  /** The id of the plugin that the module extends. */
  pluginId: string;

  /** Letters, digits and dashes, beginning with a letter; unique among the modules of the plugin. */
  moduleId: string;

  /**
   * Says what the module provides and needs. Called once by each backend that starts it, and over
   * when it returns: nothing can be registered later.
   */
  register(reg: BackendModuleRegistrationPoints): void;
}

/**
 * Makes a module: a plugin for one plugin, which customises it through its extension points.
 *
 * @throws `E_MODULE_ID_INVALID`, at once
 *
 * @example
 * ```ts
 * export default createBackendModule({
 *   pluginId: 'todo',
 *   moduleId: 'github-source',
 *   register(reg) {
 *     reg.registerInit({
 *       deps: { sources: todoSourcesExtensionPoint, reader: coreServices.urlReader },
 *       async init({ sources, reader }) {
 *         sources.addSource(new GithubSource(reader));
 *       },
 *     });
 *   },
 * });
 * ```
 *
 * @public
 */
export function createBackendModule(options: CreateBackendModuleOptions): BackendFeature {
  const { pluginId, moduleId } = options;
  assertModuleId(moduleId, pluginId);
  const owner: RegistrationOwner = {
    long: `module '${moduleId}' for plugin '${pluginId}'`,
    short: `${moduleId} module for ${pluginId}`,
  };
  const feature: RegistrationsShape = {
    $$type: '@backstage/BackendFeature',
    version: 'v1',
    featureType: 'registrations',
    getRegistrations: () => [
      {
        type: 'module-v1.1',
        pluginId,
        moduleId,
        ...collectRegistration(owner, (reg) => options.register(reg)),
      },
    ],
  };
  return withOrigin(feature, captureCallSite(createBackendModule));
}
