import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toWarning, type Finding } from '../finding.js';
import type { CheckedPackage } from '../model/checked-package.js';
import type { CheckedRepository } from '../model/checked-repository.js';
import { isFeature } from '../model/role-groups.js';
import type { Rule } from '../rule.js';
import { dependencyErrors } from './errors.js';

/** Used without being imported: by compilers, by configuration, or by being there. */
const SILENT =
  /^(?:@types\/.+|tslib|core-js|react|react-dom|@swc\/helpers|@babel\/runtime|regenerator-runtime|pg|mysql2|better-sqlite3|sqlite3)$/;

/** Ways by which a backend finds features that its code does not name. */
const DISCOVERS = /\b(?:discoveryFeatureLoader\w*|dynamicPlugins\w*|import\.meta\.glob)\b/;

/** What a package declares, it uses: all else is weight for everybody who installs it. */
export const checkUnused: Rule = (one, repository) => {
  if (one.code.all.length === 0) return [];
  const isBackend = one.role === 'backend';
  if (isBackend && one.code.all.some(({ text }) => DISCOVERS.test(text))) return [];
  // An app is put together from what its configuration names, too.
  if (one.role === 'frontend') return [];
  // Nor is anything known of a package that has a role, but not one that there is.
  if (one.role === undefined && one.manifest.backstage) return [];
  const names = Object.keys(one.manifest.dependencies ?? {}).filter((name) => !SILENT.test(name));
  const unused = names.filter((name) => !isUsed(one, name, repository));
  return unused.flatMap((name) => tell(one, name, isBackend, repository));
};

function tell(
  one: CheckedPackage,
  name: string,
  isBackend: boolean,
  { known }: CheckedRepository,
): Finding[] {
  const place = one.inManifest('dependencies', name);
  if (!isBackend) return [toWarning(place, dependencyErrors.unused(name))];
  // A backend has much that only its configuration names: drivers, stores, the app that it serves.
  const found = known.find(name, one.directory);
  if (!found || found.isInRepository || !isFeature(found.role)) return [];
  return [toWarning(place, dependencyErrors.notAdded(name, found.role!))];
}

function isUsed(one: CheckedPackage, name: string, { known }: CheckedRepository): boolean {
  if (one.code.all.some(({ text }) => text.includes(name))) return true;
  const { dependencies, devDependencies, ...rest } = one.manifest;
  if (JSON.stringify(rest).includes(name)) return true;
  const others = Object.keys({ ...dependencies, ...devDependencies });
  const isPeer = others.some((other) => {
    const { peerDependencies } = known.find(other, one.directory)?.manifest ?? {};
    return Object.hasOwn(peerDependencies ?? {}, name);
  });
  return isPeer || isMentioned(one.directory, name);
}

const TEXT = /\.(?:d\.[cm]?ts|json5?|ya?ml|css|scss|less|html|[cm]?js|[cm]?ts)$|^\.\w+rc$/;

/** Whether a file beside the code names it, such as the types of the configuration. */
function isMentioned(directory: string, name: string): boolean {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isFile() && TEXT.test(entry.name) && entry.name !== 'package.json')
    .some((entry) => readFileSync(join(directory, entry.name), 'utf8').includes(name));
}
