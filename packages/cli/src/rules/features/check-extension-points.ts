import { toError, type Finding } from '../finding.js';
import type { CheckedPackage } from '../model/checked-package.js';
import type { CheckedRepository } from '../model/checked-repository.js';
import { parsePluginName } from '../model/plugin-name.js';
import type { SourceFile } from '../model/source-file.js';
import type { Rule } from '../rule.js';
import { featureErrors } from './errors.js';
import { creationOf } from './find-default.js';

/** Extension points are in the library of their plugin, and modules use those of their plugin only. */
export const checkExtensionPoints: Rule = (one, repository) =>
  one.role === 'backend-plugin' ? checkPlace(one, repository) : checkUse(one, repository);

function checkPlace(one: CheckedPackage, { packages }: CheckedRepository): Finding[] {
  const exported = one.entries.flatMap(({ source }) => {
    const file = one.code.find(source);
    return file ? [...one.code.exportsOf(file)] : [];
  });
  const points = exported.filter(([, each]) => creationOf(each)?.kind === 'extension point');
  const library = packages.find(
    ({ role, pluginId }) => role === 'node-library' && pluginId === one.pluginId,
  );
  const libraryName = library?.name ?? one.name.replace(/-backend$/, '-node');
  return [...new Map(points)].map(([name, { place }]) =>
    toError(place, featureErrors.extensionPointPlace(name, libraryName)),
  );
}

function checkUse(one: CheckedPackage, repository: CheckedRepository): Finding[] {
  return one.code.runtime.flatMap((file) =>
    file.creations.flatMap(({ kind, pluginId, deps }) => {
      if (kind !== 'module' || !pluginId) return [];
      return deps.flatMap(({ text, line }) => {
        const owner = ownerOf(text, file, one, repository);
        // A slip in the plugin's own id is told by another rule.
        if (owner === undefined || [pluginId.text, one.pluginId].includes(owner)) return [];
        const error = featureErrors.extensionPointForeign(text, owner, pluginId.text);
        return [toError(one.inSource(file, line), error)];
      });
    }),
  );
}

/** The plugin whose library an extension point is imported from. */
function ownerOf(
  local: string,
  file: SourceFile,
  one: CheckedPackage,
  { known }: CheckedRepository,
): string | undefined {
  const found = file.imports.find(({ names }) =>
    names.some((each) => each.local === local && each.imported.endsWith('ExtensionPoint')),
  );
  if (found?.target.kind !== 'package') return undefined;
  const target = known.find(found.target.name, one.directory);
  const named = parsePluginName(found.target.name);
  return target ? target.pluginId : named?.role === 'node-library' ? named.pluginId : undefined;
}
