import type { Config } from '@stagewire/config';
import type { BackstagePrincipalAccessRestrictions } from '@stagewire/plugin-api';
import type { AccessRestrictions } from '../credentials/credentials.js';
import { authErrors } from './errors.js';

type Action = 'create' | 'read' | 'update' | 'delete';

const ACTIONS: readonly string[] = ['create', 'read', 'update', 'delete'] satisfies Action[];

/**
 * Reads the `accessRestrictions` of an entry of external access; undefined when it has none.
 *
 * @throws `E_AUTH_ACCESS_RESTRICTION` for unknown keys and actions, for a plugin listed twice, and
 *   for empty lists: whoever writes one wants a limit, and must not get unlimited access
 */
export function readAccessRestrictions(entry: Config): AccessRestrictions | undefined {
  const items = entry.getOptionalConfigArray('accessRestrictions');
  if (!items) return undefined;
  if (items.length === 0) throw emptyList('accessRestrictions');

  const restrictions = new Map<string, BackstagePrincipalAccessRestrictions>();
  for (const item of items) {
    refuseUnknownKeys(item, 'accessRestrictions', ['plugin', 'permission', 'permissionAttribute']);
    const pluginId = item.getString('plugin');
    if (restrictions.has(pluginId)) {
      throw authErrors.accessRestriction(
        `Attempted to declare 'accessRestrictions' twice for plugin '${pluginId}', which is not permitted`,
      );
    }
    restrictions.set(pluginId, readRestriction(item));
  }
  return restrictions;
}

function readRestriction(item: Config): BackstagePrincipalAccessRestrictions {
  const permissionNames = readNames(item, 'permission');
  const action = readActions(item);
  return {
    ...(permissionNames && { permissionNames }),
    ...(action && { permissionAttributes: { action } }),
  };
}

function readActions(item: Config): Action[] | undefined {
  const attributes = item.getOptionalConfig('permissionAttribute');
  if (!attributes) return undefined;
  refuseUnknownKeys(attributes, 'permissionAttribute', ['action']);

  const actions = readNames(attributes, 'action');
  if (!actions) throw emptyList('permissionAttribute');
  const unknown = actions.find((action) => !ACTIONS.includes(action));
  if (unknown !== undefined) {
    throw authErrors.accessRestriction(
      `Invalid value '${unknown}' at 'action' in 'permissionAttributes' config, valid values are ${quoted(ACTIONS)}`,
    );
  }
  return actions as Action[];
}

function readNames(config: Config, key: string): string[] | undefined {
  const names = readStringOrStrings(config, key);
  if (names?.length === 0) throw emptyList(key);
  return names;
}

/** Reads a list that may be written as an array, or as text with spaces or commas between. */
export function readStringOrStrings(config: Config, key: string): string[] | undefined {
  const value = config.getOptional(key);
  if (value === undefined) return undefined;
  const texts = typeof value === 'string' ? value.split(/[\s,]+/) : config.getStringArray(key);
  return [...new Set(texts.filter((text) => text !== ''))];
}

function emptyList(key: string): Error {
  return authErrors.accessRestriction(
    `'${key}' in 'accessRestrictions' config is empty, which would not restrict anything; list what is allowed, or remove the key`,
  );
}

function refuseUnknownKeys(config: Config, where: string, known: readonly string[]): void {
  const unknown = config.keys().find((key) => !known.includes(key));
  if (unknown === undefined) return;
  throw authErrors.accessRestriction(
    `Invalid key '${unknown}' in '${where}' config, expected one of ${quoted(known)}`,
  );
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `'${name}'`).join(', ');
}
