import {
  coreServices,
  type Permission,
  type PermissionRule,
  type PermissionsRegistryService,
} from '@stagewire/plugin-api';
import {
  permissionsRegistryServiceFactory,
  PluginPermissionsRegistry,
  RegisteredPermissions,
} from '@stagewire/services/permissionsRegistry';
import { defineFake } from '../fake.js';
import { mockFunction } from '../mock-function.js';

/** A registry that shows what it holds. @public */
export interface FakePermissionsRegistry extends PermissionsRegistryService {
  /** All permissions, each name once. */
  readonly permissions: readonly Permission[];
  /** The rules of all resource types. */
  readonly rules: readonly PermissionRule<any, any, string>[];
  /** Refuses everything from now on, as when the plugin has started. */
  close(): void;
}

/**
 * `core.permissionsRegistry`: the real one of the plugin `test`, without routes. In a backend it has
 * them.
 */
export const fakePermissionsRegistry = defineFake({
  service: coreServices.permissionsRegistry,
  create: (options: { pluginId?: string } = {}): FakePermissionsRegistry =>
    new InspectableRegistry(options.pluginId ?? 'test'),
  factory: () => permissionsRegistryServiceFactory,
  mock: () => ({
    addPermissions: mockFunction(),
    addPermissionRules: mockFunction(),
    addResourceType: mockFunction(),
    getPermissionRuleset: mockFunction(),
  }),
});

class InspectableRegistry extends PluginPermissionsRegistry implements FakePermissionsRegistry {
  readonly #registered: RegisteredPermissions;

  constructor(pluginId: string) {
    const registered = new RegisteredPermissions();
    super({ pluginId, registered });
    this.#registered = registered;
  }

  get permissions(): Permission[] {
    return this.#registered.permissions;
  }

  get rules() {
    return this.#registered.rules;
  }
}
