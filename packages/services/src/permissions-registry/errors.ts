import { explain } from '@stagewire/errors';

/** What a plugin or module can do wrong when it registers permissions. */
export const permissionsRegistryErrors = {
  foreignResourceType: (resourceType: string, ownerId: string, pluginId: string) =>
    explain(
      new Error(
        `Resource type '${resourceType}' belongs to plugin '${ownerId}', but was used with plugin '${pluginId}'`,
      ),
      'E_PERMISSION_FOREIGN_RESOURCE',
      `register the resource type in the plugin '${ownerId}', or correct pluginId in its createPermissionResourceRef`,
    ),

  tooLate: (what: 'permissions' | 'permission rules' | 'permission resource types') =>
    explain(
      new Error(`Cannot add ${what} after the plugin has started`),
      'E_PERMISSION_TOO_LATE',
      'register everything in init of the plugin or module, before it returns',
    ),

  duplicateRule: (resourceType: string, name: string) =>
    explain(
      new Error(
        `Refused to add permission rule for type '${resourceType}' with name '${name}' because it already exists`,
      ),
      'E_PERMISSION_DUPLICATE_RULE',
      'rename the rule, or register it in one place only: the plugin or one module',
    ),

  duplicateResourceType: (resourceType: string) =>
    explain(
      new Error(
        `Refused to add permission resource with type '${resourceType}' because it already exists`,
      ),
      'E_PERMISSION_DUPLICATE_RESOURCE',
      'register the resource type once; add more rules for it with addPermissionRules',
    ),

  unknownRule: (resourceType: string, name: string) =>
    explain(
      new Error(`Permission rule '${name}' does not exist for resource type '${resourceType}'`),
      'E_PERMISSION_UNKNOWN_RULE',
      'check the name in the policy, and that the module which brings the rule is installed',
    ),
};
