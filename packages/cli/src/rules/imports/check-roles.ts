import type { Role } from '../../repository/roles.js';
import { toError, toWarning, type Finding } from '../finding.js';
import type { CheckedPackage } from '../model/checked-package.js';
import type { CheckedRepository, ResolvedImport } from '../model/checked-repository.js';
import type { KnownPackage } from '../model/known-packages.js';
import { isModule } from '../model/role-groups.js';
import type { Rule } from '../rule.js';
import { importErrors } from './errors.js';

const NODE: readonly Role[] = ['backend-plugin', 'node-library', 'backend-plugin-module'];
const WEB: readonly Role[] = ['frontend-plugin', 'web-library', 'frontend-plugin-module'];

/** What packages of a role must not import: what runs elsewhere, and plugins. */
const FORBIDDEN: Readonly<Partial<Record<Role, readonly Role[]>>> = {
  'frontend-plugin': [...NODE, 'frontend-plugin'],
  'frontend-plugin-module': NODE,
  'web-library': [...NODE, 'frontend-plugin'],
  'backend-plugin': [...WEB, ...NODE].filter((role) => role !== 'node-library'),
  'backend-plugin-module': [...WEB, ...NODE].filter((role) => role !== 'node-library'),
  'node-library': [...WEB, ...NODE].filter((role) => role !== 'node-library'),
  'common-library': [...WEB, ...NODE],
};

/** Plugins meet over the wire, modules use extension points, and browsers get no code of servers. */
export const checkRoles: Rule = (one, repository) => {
  const forbidden = (one.role && FORBIDDEN[one.role]) ?? [];
  if (forbidden.length === 0) return [];
  return repository
    .importsOf(one)
    .filter(({ target }) => target.role !== undefined && forbidden.includes(target.role))
    .filter(({ target }) => !isSamePlugin(one, target))
    .map((each) => tell(one, one.role!, each, repository));
};

/** Parts of one frontend plugin may be packages of their own. */
function isSamePlugin({ role, pluginId }: CheckedPackage, target: KnownPackage): boolean {
  const areFrontends = role === 'frontend-plugin' && target.role === 'frontend-plugin';
  return areFrontends && pluginId !== undefined && pluginId === target.pluginId;
}

function tell(
  one: CheckedPackage,
  role: Role,
  { file, found, target }: ResolvedImport,
  repository: CheckedRepository,
): Finding {
  const place = one.inSource(file, found.line);
  if (role === 'common-library' || WEB.includes(role) !== WEB.includes(target.role!)) {
    return toError(place, importErrors.platform(role, target.name, target.role!));
  }
  if (isModule(target.role)) return toWarning(place, importErrors.module(target.name));
  const library = findLibrary(target, repository);
  const isOwn = isModule(role) && one.pluginId !== undefined && one.pluginId === target.pluginId;
  const error = isOwn ? importErrors.ownPlugin : importErrors.plugin;
  return toError(place, error(target.name, library));
}

/** The library through which a plugin shares code. */
function findLibrary({ name, role, pluginId }: KnownPackage, { known }: CheckedRepository): string {
  const wanted = role === 'backend-plugin' ? 'node-library' : 'web-library';
  const own = known.own.find((each) => each.role === wanted && each.pluginId === pluginId);
  if (own && pluginId !== undefined) return own.name;
  return role === 'backend-plugin' ? name.replace(/-backend$/, '-node') : `${name}-react`;
}
