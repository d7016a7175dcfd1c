import { coreServices, createServiceFactory, createServiceRef } from '@stagewire/plugin-api';

/** A plugin or module of this backend, as packages for old plugin APIs know it. */
export type InstalledFeature =
  | { type: 'plugin'; pluginId: string }
  | { type: 'module'; pluginId: string; moduleId: string };

/** What came before `core.rootInstanceMetadata`. */
export interface InstanceMetadataService {
  /** All plugins, each followed by its modules. */
  getInstalledFeatures(): InstalledFeature[];
}

const instanceMetadataServiceRef = createServiceRef<InstanceMetadataService>({
  id: 'core.instanceMetadata',
});

/**
 * Serves published packages that still ask for `core.instanceMetadata`, such as old gateways. New
 * ones use `coreServices.rootInstanceMetadata`.
 *
 * @public
 */
export const instanceMetadataServiceFactory = createServiceFactory({
  service: instanceMetadataServiceRef,
  deps: { instance: coreServices.rootInstanceMetadata },
  async factory({ instance }) {
    const plugins = await instance.getInstalledPlugins();
    return {
      getInstalledFeatures: () =>
        plugins.flatMap(({ pluginId, modules }): InstalledFeature[] => [
          { type: 'plugin', pluginId },
          ...modules.map(({ moduleId }) => ({ type: 'module' as const, pluginId, moduleId })),
        ]),
    };
  },
});
