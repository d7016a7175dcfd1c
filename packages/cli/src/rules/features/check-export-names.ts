import { toWarning } from '../finding.js';
import type { CheckedPackage } from '../model/checked-package.js';
import { isUsableForever } from '../model/feature-ids.js';
import type { Creation } from '../model/read-creations.js';
import type { Rule } from '../rule.js';
import { featureErrors } from './errors.js';
import { creationOf } from './find-default.js';

/** What a package exports is named as the ecosystem names such things. */
export const checkExportNames: Rule = (one) => {
  if (!one.code.all.some(({ creations }) => creations.length > 0)) return [];
  return [...listExports(one)].flatMap(([name, found]) => {
    const creation = creationOf(found);
    if (!creation) return [];
    // A slip in an id is told by another rule.
    const pluginIds = [creation.pluginId?.text, one.pluginId].filter((id) => id !== undefined);
    const names = pluginIds.flatMap((pluginId) => toExpected(creation, pluginId, name) ?? []);
    if (names.length === 0 || names.some((expected) => isSame(name, expected))) return [];
    const error = featureErrors.exportName(name, creation.kind, names[0]!);
    return [toWarning(found.place, error)];
  });
};

/** Everything but default exports, each name once. */
function listExports(one: CheckedPackage) {
  const all = one.entries.flatMap(({ source }) => {
    const file = one.code.find(source);
    return file ? [...one.code.exportsOf(file)] : [];
  });
  return new Map(all.filter(([name]) => name !== 'default'));
}

function toExpected(
  { kind, moduleId }: Creation,
  pluginId: string,
  name: string,
): string | undefined {
  switch (kind) {
    case 'plugin':
      return `${toCamel(pluginId)}Plugin`;
    case 'module':
      if (!moduleId || !isUsableForever(moduleId.text)) return undefined;
      return `${toCamel(pluginId)}Module${toPascal(moduleId.text)}`;
    case 'extension point':
      return name.endsWith('ExtensionPoint') ? name : `${name.replace(/Point$/, '')}ExtensionPoint`;
    case 'service ref':
      return name.endsWith('ServiceRef')
        ? name
        : `${name.replace(/(?:Service)?(?:Ref)?$/, '')}ServiceRef`;
    default:
      return undefined;
  }
}

/** Whether two names differ in nothing but capitals: `GitHub` is as good as `Github`. */
const isSame = (name: string, expected: string) => name.toLowerCase() === expected.toLowerCase();

const toPascal = (id: string) =>
  id.replaceAll(/(?:^|[-_])([a-z0-9])/gi, (_, letter: string) => letter.toUpperCase());

const toCamel = (id: string) => {
  const pascal = toPascal(id);
  return pascal.charAt(0).toLowerCase() + pascal.slice(1);
};
