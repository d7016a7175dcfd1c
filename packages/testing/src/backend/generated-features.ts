import {
  createBackendModule,
  createBackendPlugin,
  type BackendFeature,
  type ExtensionPoint,
} from '@stagewire/plugin-api';
import type { ModuleRegistration, Registration } from '@stagewire/plugin-api/internal';
import { testingErrors } from '../errors.js';

/** An extension point, and what a test puts in the place of its plugin's implementation. */
export type TestedExtensionPoint = readonly [ExtensionPoint<unknown>, unknown];

/**
 * Makes modules that provide the extension points of a test, each for the plugin whose modules are
 * the first to depend on it.
 *
 * @throws `E_TEST_EXTENSION_POINT` when no module of the test depends on one
 */
export function createExtensionPointModules(
  registrations: readonly Registration[],
  extensionPoints: readonly TestedExtensionPoint[],
): BackendFeature[] {
  const owners = extensionPoints.map(([{ id }]) => findOwner(id, registrations));
  const unknown = extensionPoints.filter((_, index) => owners[index] === undefined);
  if (unknown.length > 0) throw testingErrors.extensionPoint(unknown.map(([{ id }]) => id));
  return [...new Set(owners as string[])].map((pluginId) =>
    createProvider(
      pluginId,
      extensionPoints.filter((_, index) => owners[index] === pluginId),
    ),
  );
}

function findOwner(id: string, registrations: readonly Registration[]): string | undefined {
  return registrations.filter(isModule).find((module) => needs(module, id))?.pluginId;
}

/** Deps that are malformed hold nothing: the backend tells what is wrong with them. */
function needs({ init }: Partial<ModuleRegistration>, id: string): boolean {
  return Object.values(init?.deps ?? {}).some((ref: { id?: unknown } | null) => ref?.id === id);
}

function createProvider(
  pluginId: string,
  extensionPoints: readonly TestedExtensionPoint[],
): BackendFeature {
  return createBackendModule({
    pluginId,
    moduleId: 'test-extension-point-registration',
    register(reg) {
      for (const [ref, implementation] of extensionPoints) {
        reg.registerExtensionPoint(ref, implementation);
      }
      reg.registerInit({ deps: {}, init: async () => {} });
    },
  });
}

/** Makes an empty plugin for each whose modules are tested without it, as they would not run. */
export function createMissingPlugins(registrations: readonly Registration[]): BackendFeature[] {
  const present = registrations.filter((one) => !isModule(one)).map(({ pluginId }) => pluginId);
  const wanted = new Set(registrations.filter(isModule).map(({ pluginId }) => pluginId));
  return [...wanted]
    .filter((pluginId) => !present.includes(pluginId))
    .map((pluginId) =>
      createBackendPlugin({
        pluginId,
        register: (reg) => reg.registerInit({ deps: {}, init: async () => {} }),
      }),
    );
}

const isModule = (registration: Registration): registration is ModuleRegistration =>
  registration.type === 'module' || registration.type === 'module-v1.1';
