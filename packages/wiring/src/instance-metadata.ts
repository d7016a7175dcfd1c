import type {
  ModuleRegistration,
  Registration,
  ServiceFactoryShape,
} from '@stagewire/plugin-api/internal';
import { coreServices, createServiceFactory } from '@stagewire/plugin-api';

/** The plugins and modules that are installed in this backend, also those that cannot start. */
export type InstalledPlugins = ReadonlyArray<{
  readonly pluginId: string;
  readonly modules: ReadonlyArray<{ readonly moduleId: string }>;
}>;

/**
 * Makes `core.rootInstanceMetadata`, which only the wiring can provide.
 *
 * @param read - called whenever somebody asks, so that it tells what is installed at that moment
 */
export function createInstanceMetadataFactory(read: () => InstalledPlugins): ServiceFactoryShape {
  return createServiceFactory({
    service: coreServices.rootInstanceMetadata,
    deps: {},
    factory: () => ({ getInstalledPlugins: async () => read() as never }),
  }) as unknown as ServiceFactoryShape;
}

/** Plugins in the order of registration, each with its modules; modules of absent plugins are left out. Frozen. */
export function toInstalledPlugins(registrations: readonly Registration[]): InstalledPlugins {
  const modulesOf = new Map<string, Set<string>>();
  for (const registration of registrations) {
    if (!isModule(registration)) modulesOf.set(registration.pluginId, new Set());
  }
  for (const registration of registrations) {
    if (isModule(registration)) modulesOf.get(registration.pluginId)?.add(registration.moduleId);
  }
  return deepFreeze(
    [...modulesOf].map(([pluginId, moduleIds]) => ({
      pluginId,
      modules: [...moduleIds].map((moduleId) => ({ moduleId })),
    })),
  );
}

const isModule = (registration: Registration): registration is ModuleRegistration =>
  registration.type === 'module' || registration.type === 'module-v1.1';

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.values(value).forEach(deepFreeze);
    Object.freeze(value);
  }
  return value;
}
