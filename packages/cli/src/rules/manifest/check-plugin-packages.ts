import type { CheckedPackage } from '../model/checked-package.js';
import type { CheckedRepository } from '../model/checked-repository.js';
import { toError, toFinding, type Finding } from '../finding.js';
import { parsePluginName } from '../model/plugin-name.js';
import { isLibrary, isModule, isPlugin } from '../model/role-groups.js';
import type { Rule } from '../rule.js';
import { manifestErrors } from './errors.js';

/** A module names its plugin; a plugin and its libraries list each other, all alike. */
export const checkPluginPackages: Rule = (one, repository) => {
  if (isModule(one.role)) return checkModule(one, repository);
  const belongs = isPlugin(one.role) || isLibrary(one.role);
  return belongs && one.pluginId !== undefined ? checkList(one, one.pluginId, repository) : [];
};

function checkModule(one: CheckedPackage, repository: CheckedRepository): Finding[] {
  const { pluginPackage, pluginPackages } = one.manifest.backstage ?? {};
  if (pluginPackages !== undefined) {
    const place = one.inManifest('backstage', 'pluginPackages');
    return [toError(place, manifestErrors.pluginPackagesOfModule(one.name))];
  }
  const plugin = findPluginOf(one, repository);
  const place = one.inManifest('backstage', 'pluginPackage');
  if (typeof pluginPackage !== 'string') {
    const error = manifestErrors.pluginPackageMissing(one.name, plugin);
    return [toFinding(one.manifest.private ? 'warning' : 'error', place, error)];
  }
  const reason = reasonAgainst(pluginPackage, one, repository);
  if (reason === undefined) return [];
  return [toError(place, manifestErrors.pluginPackageWrong(pluginPackage, reason, plugin))];
}

/** The package of the plugin that a module extends, in the repository or installed. */
function findPluginOf(one: CheckedPackage, { known }: CheckedRepository): string | undefined {
  const wanted = roleOfHost(one);
  const own = known.own.find(({ role, pluginId }) => role === wanted && pluginId === one.pluginId);
  return own?.name;
}

function reasonAgainst(
  target: string,
  one: CheckedPackage,
  { known }: CheckedRepository,
): string | undefined {
  const found = known.find(target, one.directory);
  const named = parsePluginName(target);
  const role = found ? found.role : named?.role;
  if (role !== undefined && role !== roleOfHost(one)) return `a ${role}, not a ${roleOfHost(one)}`;
  if (found && !found.isInRepository && role === undefined) return 'no plugin';
  const pluginId = found?.pluginId ?? named?.pluginId;
  // Its own id may be the wrong one; another rule tells that.
  const isOther = pluginId !== undefined && ![one.pluginId, nameId(one)].includes(pluginId);
  return isOther ? `the plugin ${pluginId}, not ${one.pluginId}` : undefined;
}

const roleOfHost = ({ role }: CheckedPackage) =>
  role === 'backend-plugin-module' ? 'backend-plugin' : 'frontend-plugin';

const nameId = ({ name }: { name: string }) => parsePluginName(name)?.pluginId;

function checkList(one: CheckedPackage, pluginId: string, repository: CheckedRepository) {
  const named = nameId(one);
  // Whoever has the wrong id is told so, and nothing else that follows from it.
  if (named !== undefined && named !== pluginId) return [];
  const siblings = repository.packages.filter((each) => isSibling(each, pluginId));
  const expected = siblings.map(({ name }) => name).toSorted();
  const listed: unknown = one.manifest.backstage?.pluginPackages;
  const place = one.inManifest('backstage', 'pluginPackages');
  if (listed === undefined) {
    const isNeeded = siblings.some(({ manifest }) => manifest.backstage?.pluginPackages);
    if (one.manifest.private && !isNeeded) return [];
    const error = manifestErrors.pluginPackagesMissing(pluginId, expected);
    return [toFinding(one.manifest.private ? 'warning' : 'error', place, error)];
  }
  const names = Array.isArray(listed) ? listed.filter((each) => typeof each === 'string') : [];
  const missing = expected.filter((name) => !names.includes(name));
  const foreign = names.filter((name) => isForeign(name, pluginId, repository));
  if (missing.length === 0 && foreign.length === 0) return [];
  const problem = [
    ...(missing.length > 0 ? [`lacks ${missing.join(', ')}`] : []),
    ...(foreign.length > 0 ? [`has ${foreign.join(', ')}, of another plugin`] : []),
  ].join(' and ');
  const all = [...new Set([...expected, ...names])].filter((name) => !foreign.includes(name));
  return [toError(place, manifestErrors.pluginPackagesWrong(pluginId, problem, all.toSorted()))];
}

function isSibling(each: CheckedPackage, pluginId: string): boolean {
  return (isPlugin(each.role) || isLibrary(each.role)) && each.pluginId === pluginId;
}

/** Packages that are kept elsewhere may be listed, too. */
function isForeign(name: string, pluginId: string, { known }: CheckedRepository): boolean {
  const found = known.findOwn(name);
  if (!found) return false;
  return found.pluginId !== undefined && found.pluginId !== pluginId && nameId(found) !== pluginId;
}
