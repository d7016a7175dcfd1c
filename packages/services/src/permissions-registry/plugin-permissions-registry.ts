import type {
  Permission,
  PermissionResourceRef,
  PermissionRule,
  PermissionRuleset,
  PermissionsRegistryService,
  PermissionsRegistryServiceAddResourceTypeOptions,
} from '@stagewire/plugin-api';
import { permissionsRegistryErrors } from './errors.js';
import type { AnyRule, GetResources, RegisteredPermissions } from './registered-permissions.js';

/** Takes what a plugin and its modules register, until the plugin has started. @internal */
export class PluginPermissionsRegistry implements PermissionsRegistryService {
  readonly #pluginId: string;
  readonly #registered: RegisteredPermissions;
  #isClosed = false;

  constructor(options: { pluginId: string; registered: RegisteredPermissions }) {
    this.#pluginId = options.pluginId;
    this.#registered = options.registered;
  }

  /** Refuses everything from now on; a second call changes nothing. */
  close(): void {
    this.#isClosed = true;
  }

  addPermissions(permissions: Permission[]): void {
    if (this.#isClosed) throw permissionsRegistryErrors.tooLate('permissions');
    this.#registered.addPermissions(permissions);
  }

  addPermissionRules(rules: AnyRule[]): void {
    if (this.#isClosed) throw permissionsRegistryErrors.tooLate('permission rules');
    this.#registered.addRules(rules);
  }

  addResourceType<const TResourceType extends string, TResource, TQuery>(
    options: PermissionsRegistryServiceAddResourceTypeOptions<TResourceType, TResource, TQuery>,
  ): void {
    if (this.#isClosed) throw permissionsRegistryErrors.tooLate('permission resource types');
    const { resourceRef, permissions = [], rules, getResources } = options;
    this.#checkOwner(resourceRef);
    this.#registered.addResourceType({
      resourceType: resourceRef.resourceType,
      permissions,
      rules,
      getResources: getResources as GetResources | undefined,
    });
  }

  getPermissionRuleset<TResourceType extends string, TResource, TQuery>(
    resourceRef: PermissionResourceRef<TResource, TQuery, TResourceType>,
  ): PermissionRuleset<TResource, TQuery, TResourceType> {
    this.#checkOwner(resourceRef);
    return {
      // Looked up when asked for: modules may add rules after the plugin took its ruleset.
      getRuleByName: (name) =>
        this.#registered.getRule(resourceRef.resourceType, name) as PermissionRule<
          TResource,
          TQuery,
          TResourceType
        >,
    };
  }

  #checkOwner({ resourceType, pluginId }: PermissionResourceRef): void {
    if (pluginId === this.#pluginId) return;
    throw permissionsRegistryErrors.foreignResourceType(resourceType, pluginId, this.#pluginId);
  }
}
