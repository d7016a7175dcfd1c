import { ROLES, type Role } from '../../repository/roles.js';
import { toError, toFinding } from '../finding.js';
import { findNearestName } from '../model/find-nearest-name.js';
import type { CheckedPackage } from '../model/checked-package.js';
import { parsePluginName } from '../model/plugin-name.js';
import { isFeature } from '../model/role-groups.js';
import type { Rule } from '../rule.js';
import { manifestErrors } from './errors.js';

/** A package of a plugin has a role that there is, and one name for one role. */
export const checkRole: Rule = (one) => {
  const { manifest, name, role } = one;
  const written = manifest.backstage?.role;
  if (role !== undefined) return checkName(one, role);
  if (written === undefined) {
    const named = parsePluginName(name)?.role;
    const coded = roleOfCode(one);
    // A name such as `plugin-api` says nothing by itself.
    const isPart = coded !== undefined || (named !== undefined && named !== 'frontend-plugin');
    if (!isPart && manifest.backstage === undefined) return [];
    const probable = coded ?? named;
    const error = manifestErrors.roleMissing(name, probable ?? 'node-library');
    return [toError(one.inManifest('backstage'), error)];
  }
  const known = Object.keys(ROLES);
  const nearest = findNearestName(String(written), known);
  const error = manifestErrors.roleUnknown(written, nearest, known);
  return [toError(one.inManifest('backstage', 'role'), error)];
};

function checkName(one: CheckedPackage, role: Role) {
  const expected = parsePluginName(one.name)?.role;
  if (expected === undefined || expected === role) return [];
  // A name without an ending says little: it may be a library of whatever kind.
  if (expected === 'frontend-plugin' && !isFeature(role)) return [];
  const severity = isFeature(role) || isFeature(expected) ? 'error' : 'warning';
  const error = manifestErrors.roleName(one.name, role, expected);
  return [toFinding(severity, one.inManifest('backstage', 'role'), error)];
}

function roleOfCode({ code }: CheckedPackage): Role | undefined {
  const made = code.runtime.flatMap(({ exports, creations }) =>
    creations.filter(
      ({ name }) => name === 'default' || exports.some(({ source }) => source === name),
    ),
  );
  if (made.some(({ kind }) => kind === 'plugin')) return 'backend-plugin';
  return made.some(({ kind }) => kind === 'module') ? 'backend-plugin-module' : undefined;
}
