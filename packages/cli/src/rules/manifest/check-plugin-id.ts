import { toError, toFinding, toWarning } from '../finding.js';
import { isUsableId, isUsableForever } from '../model/feature-ids.js';
import type { CheckedPackage } from '../model/checked-package.js';
import { parsePluginName } from '../model/plugin-name.js';
import { isFeature, isLibrary } from '../model/role-groups.js';
import type { Rule } from '../rule.js';
import { featureErrors } from '../features/errors.js';
import { manifestErrors } from './errors.js';

/** A package of a plugin says whose it is: in its package.json, its name and its code alike. */
export const checkPluginId: Rule = (one) => {
  const { manifest, name, role, pluginId } = one;
  const named = parsePluginName(name);
  if (!isFeature(role) && !(isLibrary(role) && named)) return [];
  const written = manifest.backstage?.pluginId;
  if (written === null && isLibrary(role)) return [];
  if (pluginId === undefined) {
    const severity = isFeature(role) && !manifest.private ? 'error' : 'warning';
    const error = manifestErrors.pluginIdMissing(name, idInCode(one) ?? named?.pluginId);
    return [toFinding(severity, one.inManifest('backstage', 'pluginId'), error)];
  }
  const place = one.inManifest('backstage', 'pluginId');
  if (!isUsableId(pluginId)) return [toError(place, featureErrors.pluginId(pluginId))];
  const coded = idInCode(one);
  // What cannot be an id at all is told where it stands.
  const differs = coded !== undefined && coded !== pluginId && isUsableId(coded);
  if (differs) return checkCode(one, pluginId, named?.pluginId);
  if (!isUsableForever(pluginId)) return [toWarning(place, featureErrors.pluginId(pluginId))];
  if (named === undefined || named.pluginId === pluginId) return [];
  return [toWarning(place, manifestErrors.pluginIdName(name, pluginId, named.pluginId))];
};

/** The plugin that all features in the code are for; undefined when they are for several, or none. */
function idInCode(one: CheckedPackage): string | undefined {
  const [first, ...others] = new Set(idsInCode(one).map(({ text }) => text));
  return others.length === 0 ? first : undefined;
}

function idsInCode({ role, code }: CheckedPackage) {
  const wanted = { 'backend-plugin': 'plugin', 'backend-plugin-module': 'module' }[role as string];
  return code.runtime.flatMap((file) =>
    file.creations.flatMap(({ kind, pluginId }) =>
      kind === wanted && pluginId ? [{ file, ...pluginId }] : [],
    ),
  );
}

/** The name decides which of the two is the slip. */
function checkCode(one: CheckedPackage, pluginId: string, named: string | undefined) {
  const [{ file, text, line } = { file: undefined, text: '', line: 0 }] = idsInCode(one);
  const isSlipOfManifest = named === text || file === undefined;
  const place = isSlipOfManifest
    ? one.inManifest('backstage', 'pluginId')
    : one.inSource(file, line);
  return [toError(place, featureErrors.pluginIdDiffers(text, pluginId, isSlipOfManifest))];
}
