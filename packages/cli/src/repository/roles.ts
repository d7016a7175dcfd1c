/** Where the code of a package runs. */
export type Platform = 'node' | 'web' | 'common';

/**
 * What kinds of packages there are, and where their code runs: `backstage.role` in a package.json,
 * in the words of the ecosystem.
 */
export const ROLES = {
  frontend: 'web',
  backend: 'node',
  cli: 'node',
  'cli-module': 'node',
  'web-library': 'web',
  'node-library': 'node',
  'common-library': 'common',
  'frontend-plugin': 'web',
  'frontend-plugin-module': 'web',
  'frontend-dynamic-container': 'web',
  'backend-plugin': 'node',
  'backend-plugin-module': 'node',
} as const satisfies Record<string, Platform>;

/** One of {@link ROLES}. */
export type Role = keyof typeof ROLES;

/** Whether a text names a role. */
export function isRole(text: unknown): text is Role {
  return typeof text === 'string' && Object.hasOwn(ROLES, text);
}
