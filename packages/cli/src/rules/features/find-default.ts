import type { CheckedPackage } from '../model/checked-package.js';
import type { ResolvedExport } from '../model/package-code.js';
import type { Creation } from '../model/read-creations.js';
import type { SourceFile } from '../model/source-file.js';

/** The default export of a package, and what it is if it is something created for a backend. */
export type DefaultExport = ResolvedExport & { creation: Creation | undefined };

/** The file that importers of a package get; undefined when it has none in its sources. */
export function findIndex(one: CheckedPackage): SourceFile | undefined {
  const entry = one.entries.find(({ subpath }) => subpath === '.');
  return entry && one.code.find(entry.source);
}

/** The default export of a package; undefined when there is none. */
export function findDefault(one: CheckedPackage): DefaultExport | undefined {
  const index = findIndex(one);
  const found = index && one.code.exportsOf(index).get('default');
  return found && { ...found, creation: creationOf(found) };
}

/** What an export is, if it is something created for a backend. */
export function creationOf({ file, name = 'default' }: ResolvedExport): Creation | undefined {
  return file.creations.find((each) => each.name === name);
}
