import type { Permission, PermissionRule } from '@stagewire/plugin-api';
import { permissionsRegistryErrors } from './errors.js';

/** A rule, whatever it is about. */
export type AnyRule = PermissionRule<any, any, string>;

/** Loads resources of one type by reference; undefined stands for one that does not exist. */
export type GetResources = (resourceRefs: string[]) => Promise<Array<unknown>>;

/** The permissions, rules and resource types of one plugin. @internal */
export class RegisteredPermissions {
  readonly #permissions = new Map<string, Permission>();
  readonly #rules = new Map<string, Map<string, AnyRule>>();
  readonly #resourceTypes = new Map<string, GetResources | undefined>();

  get permissions(): Permission[] {
    return [...this.#permissions.values()];
  }

  get rules(): AnyRule[] {
    return [...this.#rules.values()].flatMap((rules) => [...rules.values()]);
  }

  /** Adds permissions; one with the same name is replaced. */
  addPermissions(permissions: readonly Permission[]): void {
    for (const permission of permissions) this.#permissions.set(permission.name, permission);
  }

  /** @throws `E_PERMISSION_DUPLICATE_RULE`; nothing is added then */
  addRules(rules: readonly AnyRule[]): void {
    const added = new Map<string, Set<string>>();
    for (const { name, resourceType } of rules) {
      const names = added.get(resourceType) ?? new Set();
      if (names.has(name) || this.#rules.get(resourceType)?.has(name)) {
        throw permissionsRegistryErrors.duplicateRule(resourceType, name);
      }
      added.set(resourceType, names.add(name));
    }
    for (const rule of rules) {
      const known = this.#rules.get(rule.resourceType) ?? new Map<string, AnyRule>();
      this.#rules.set(rule.resourceType, known.set(rule.name, rule));
    }
  }

  /** @throws `E_PERMISSION_DUPLICATE_RESOURCE` or `E_PERMISSION_DUPLICATE_RULE`; nothing is added then */
  addResourceType(options: {
    resourceType: string;
    permissions: readonly Permission[];
    rules: readonly AnyRule[];
    getResources: GetResources | undefined;
  }): void {
    const { resourceType, permissions, rules, getResources } = options;
    if (this.#resourceTypes.has(resourceType)) {
      throw permissionsRegistryErrors.duplicateResourceType(resourceType);
    }
    this.addRules(rules);
    this.addPermissions(permissions);
    this.#resourceTypes.set(resourceType, getResources);
  }

  /** @throws `E_PERMISSION_UNKNOWN_RULE` */
  getRule(resourceType: string, name: string): AnyRule {
    const rule = this.#rules.get(resourceType)?.get(name);
    if (!rule) throw permissionsRegistryErrors.unknownRule(resourceType, name);
    return rule;
  }

  /** Tells whether the type, or at least a rule for it, was added. */
  hasResourceType(resourceType: string): boolean {
    return this.#resourceTypes.has(resourceType) || this.#rules.has(resourceType);
  }

  /** Finds how resources of the type are loaded; undefined when its plugin does not offer that. */
  findGetResources(resourceType: string): GetResources | undefined {
    return this.#resourceTypes.get(resourceType);
  }
}
