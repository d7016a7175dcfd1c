import { cliErrors } from '../../errors.js';

/** Ids of plugins, modules and services: small letters, digits and dashes. */
const ID = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;

/** How packages of a plugin end; an id that ends like that would make names that mislead. */
const SUFFIX = /-(?:backend|node|common|react|service|(?:backend-)?module-.+)$/;

/** What may stand before `plugin-<id>` in the name of a package. */
const PREFIX = /^(?:@[a-z0-9~][a-z0-9._~-]*\/(?:[a-z0-9._~-]+-)?|[a-z0-9~][a-z0-9._~-]*-)$/;

/** The longest name that npm takes. */
const LONGEST_NAME = 214;

/** What an id is of. */
export type NamedThing = 'plugin' | 'module' | 'service' | 'backend' | 'repository';

/**
 * Gives back the id of something, when it is one.
 *
 * @throws `E_CLI_NEW_ID`, with one that would do
 */
export function assertId(thing: NamedThing, id: string): string {
  const fault = findFault(thing, id);
  if (fault) throw cliErrors.newId(thing, id, fault, suggestId(thing, id));
  return id;
}

/** Why an id cannot be taken; undefined when it can. */
export function findFault(thing: NamedThing, id: string): string | undefined {
  if (!ID.test(id)) return 'it has to be small letters, digits and single dashes, a letter first';
  if (id.length > LONGEST_NAME / 3) return 'it is too long for the names that are made of it';
  if (isPartOfPlugin(thing) && SUFFIX.test(id)) return 'the names of packages get that ending';
  return undefined;
}

function suggestId(thing: NamedThing, id: string): string {
  const words = toKebabCase(isPartOfPlugin(thing) ? id.replace(/^.*\bplugin-/, '') : id);
  const bare = isPartOfPlugin(thing) ? words.replace(SUFFIX, '') : words;
  return ID.test(bare) ? bare : `my-${thing}`;
}

/** Whether package names are made of the id and an ending. */
function isPartOfPlugin(thing: NamedThing): boolean {
  return thing === 'plugin' || thing === 'service';
}

/**
 * What package names begin with, from a scope as people write it: `@acme` and `@acme/` are
 * `@acme/`, and `@acme/backstage-` stays as it is.
 *
 * @throws `E_CLI_NEW_SCOPE`
 */
export function toPrefix(scope: string): string {
  const prefix = scope.startsWith('@') && !scope.includes('/') ? `${scope}/` : scope;
  if (!PREFIX.test(prefix)) throw cliErrors.newScope(scope);
  return prefix;
}

/** `userSettings`, `User Settings` and `user_settings` are `user-settings`. */
export function toKebabCase(text: string): string {
  return text
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^[-0-9]+|-+$/g, '');
}

/** `user-settings` is `UserSettings`. */
export function toPascalCase(id: string): string {
  return id
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}

/** `user-settings` is `userSettings`. */
export function toCamelCase(id: string): string {
  const pascal = toPascalCase(id);
  return pascal.charAt(0).toLowerCase() + pascal.slice(1);
}
