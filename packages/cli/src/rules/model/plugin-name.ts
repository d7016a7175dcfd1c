import type { Role } from '../../repository/roles.js';

/** What the name of a package says of it. */
export type PluginName = {
  pluginId: string;
  /** The role that packages of this name have. */
  role: Role;
};

const NAME = /^(?:@[^/]+\/)?(?:(?:[\w-]+-)?backstage-)?plugin-(.+)$/;

/** What names end in, and the role that goes with it. */
const SUFFIXES: ReadonlyArray<readonly [RegExp, Role]> = [
  [/^(.+?)-backend-module-.+$/, 'backend-plugin-module'],
  [/^(.+?)-module-.+$/, 'frontend-plugin-module'],
  [/^(.+)-backend$/, 'backend-plugin'],
  // `search-backend-node`, as some were named first, is of `search`, too.
  [/^(.+?)(?:-backend)?-node$/, 'node-library'],
  [/^(.+?)(?:-backend)?-common$/, 'common-library'],
  [/^(.+)-react$/, 'web-library'],
];

/** Helpers for tests have names of their own. */
const OTHER = /-(?:test-utils|testing)$/;

/**
 * Reads the name of a package of a plugin: `@acme/plugin-todo-backend` is the `backend-plugin` of
 * `todo`. Undefined for other names.
 */
export function parsePluginName(name: string): PluginName | undefined {
  const rest = NAME.exec(name)?.[1];
  if (rest === undefined || OTHER.test(rest)) return undefined;
  for (const [pattern, role] of SUFFIXES) {
    const pluginId = pattern.exec(rest)?.[1];
    if (pluginId !== undefined) return { pluginId, role };
  }
  return { pluginId: rest, role: 'frontend-plugin' };
}
