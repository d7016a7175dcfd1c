import type {
  Permission,
  PermissionResourceRef,
  PermissionRule,
  PermissionRuleset,
} from './permission-types.js';

/** Uses a type without inferring from it. */
// Not the built-in NoInfer: that one is not comparable with the form published types have.
type NoInfer<T> = T extends infer S ? S : never;

/** A resource type whose permissions a plugin offers. @public */
export type PermissionsRegistryServiceAddResourceTypeOptions<
  TResourceType extends string,
  TResource,
  TQuery,
> = {
  /** Names the type, and the plugin it belongs to. */
  resourceRef: PermissionResourceRef<TResource, TQuery, TResourceType>;

  /** The permissions for resources of this type. */
  permissions?: Array<Permission>;

  /** The rules that conditions can be made of. */
  rules: PermissionRule<NoInfer<TResource>, NoInfer<TQuery>, NoInfer<TResourceType>>[];

  /**
   * Loads resources by reference, in the order asked; `undefined` for one that does not exist.
   * Without it, others cannot have conditions applied to resources of this type.
   */
  getResources?(resourceRefs: string[]): Promise<Array<NoInfer<TResource> | undefined>>;
};

/** Takes the permissions, rules and resource types of a plugin. Closed once it has started. @public */
export interface PermissionsRegistryService {
  /**
   * Adds permissions; one with the same name is replaced.
   *
   * @throws when the plugin has started
   */
  addPermissions(permissions: Permission[]): void;

  /**
   * Adds rules for a resource type of this plugin; a module may do so too.
   *
   * @throws when the plugin has started, or a rule of that name exists for the type
   */
  addPermissionRules(rules: PermissionRule<any, any, string>[]): void;

  /**
   * Adds a resource type of this plugin.
   *
   * @throws when the plugin has started, the type exists, or it belongs to another plugin
   */
  addResourceType<const TResourceType extends string, TResource, TQuery>(
    options: PermissionsRegistryServiceAddResourceTypeOptions<TResourceType, TResource, TQuery>,
  ): void;

  /** The rules of a resource type, those of modules included. */
  getPermissionRuleset<TResourceType extends string, TResource, TQuery>(
    resourceRef: PermissionResourceRef<TResource, TQuery, TResourceType>,
  ): PermissionRuleset<TResource, TQuery, TResourceType>;
}
