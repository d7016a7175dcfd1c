import type { ServiceFactoryShape } from '@stagewire/plugin-api/internal';
import { coreServices, createServiceFactory } from '@stagewire/plugin-api';

/** The plugins and modules that are installed in this backend, as its plan has them. */
export type InstalledPlugins = ReadonlyArray<{
  readonly pluginId: string;
  readonly modules: ReadonlyArray<{ readonly moduleId: string }>;
}>;

/**
 * Makes `core.rootInstanceMetadata`, which only the wiring can provide.
 *
 * @param read - called when the service is first made, after all features are known
 */
export function createInstanceMetadataFactory(read: () => InstalledPlugins): ServiceFactoryShape {
  return createServiceFactory({
    service: coreServices.rootInstanceMetadata,
    deps: {},
    factory: () => {
      const plugins = deepFreeze(read());
      return { getInstalledPlugins: async () => plugins as never };
    },
  }) as unknown as ServiceFactoryShape;
}

/** Plugins in the order of registration, each with its modules; modules of absent plugins are left out. */
export function toInstalledPlugins({
  plugins,
}: {
  plugins: ReadonlyArray<{ pluginId: string; modules: ReadonlyArray<{ moduleId: string }> }>;
}): InstalledPlugins {
  return plugins.map(({ pluginId, modules }) => ({
    pluginId,
    modules: modules.map(({ moduleId }) => ({ moduleId })),
  }));
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.values(value).forEach(deepFreeze);
    Object.freeze(value);
  }
  return value;
}
