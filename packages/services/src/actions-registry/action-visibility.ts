import type { Config } from '@stagewire/config';
import type { BackstageCredentials, PermissionsService } from '@stagewire/plugin-api';
import { readActionFilter, readPluginSources } from '../actions-filter/action-filter.js';
import type { RegisteredAction } from './registered-action.js';

/** Tells who may see, and so call, which actions of a plugin. */
export class ActionVisibility {
  readonly #pluginId: string;
  readonly #config: Config;
  readonly #permissions: PermissionsService;

  constructor(options: { pluginId: string; config: Config; permissions: PermissionsService }) {
    this.#pluginId = options.pluginId;
    this.#config = options.config;
    this.#permissions = options.permissions;
  }

  /** The actions that the configuration offers and that these credentials may see. */
  async visibleTo(
    credentials: BackstageCredentials,
    actions: RegisteredAction[],
  ): Promise<RegisteredAction[]> {
    const sources = readPluginSources(this.#config);
    if (sources && !sources.includes(this.#pluginId)) return [];
    const passes = await readActionFilter(this.#config);
    return this.#permittedTo(credentials, actions.filter(passes));
  }

  /** Asks for all permissions at once. */
  async #permittedTo(
    credentials: BackstageCredentials,
    actions: RegisteredAction[],
  ): Promise<RegisteredAction[]> {
    const permissions = new Map(
      actions.flatMap(({ visibilityPermission: permission }) =>
        permission ? [[permission.name, permission] as const] : [],
      ),
    );
    if (permissions.size === 0) return actions;

    const names = [...permissions.keys()];
    const decisions = await this.#permissions.authorize(
      [...permissions.values()].map((permission) => ({ permission })),
      { credentials },
    );
    const allowed = new Set(names.filter((_name, index) => decisions[index]?.result === 'ALLOW'));
    return actions.filter(
      ({ visibilityPermission: permission }) => !permission || allowed.has(permission.name),
    );
  }
}
