import type { PermissionsRegistryService } from '@stagewire/plugin-api';
import type { ActionsRegistryService } from '@stagewire/plugin-api/alpha';
import { RegisteredAction, type ActionOptions } from './registered-action.js';

/** The actions of one plugin. @internal */
export class PluginActionsRegistry implements ActionsRegistryService {
  readonly #pluginId: string;
  readonly #permissionsRegistry: PermissionsRegistryService;
  readonly #actions = new Map<string, RegisteredAction>();

  constructor(options: { pluginId: string; permissionsRegistry: PermissionsRegistryService }) {
    this.#pluginId = options.pluginId;
    this.#permissionsRegistry = options.permissionsRegistry;
  }

  readonly register: ActionsRegistryService['register'] = (options) => {
    // The schemas' types are of use to the author of the action, and end here.
    const action = new RegisteredAction(this.#pluginId, options as unknown as ActionOptions);
    if (this.#actions.has(action.id)) {
      throw new Error(`Action with id "${action.id}" is already registered`);
    }
    if (action.visibilityPermission) {
      this.#permissionsRegistry.addPermissions([action.visibilityPermission]);
    }
    this.#actions.set(action.id, action);
  };

  /** All actions, in the order in which they were registered. */
  list(): RegisteredAction[] {
    return [...this.#actions.values()];
  }

  find(id: string): RegisteredAction | undefined {
    return this.#actions.get(id);
  }
}
