import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readManifest, type Manifest } from '../../repository/repository.js';

/** A package that a build needs. */
export type NeededPackage = {
  /** Its folder, behind all links. */
  folder: string;
  manifest: Manifest;
  /** Where others find it, if that is a link: `node_modules/<name>` beside or above them. */
  links: Set<string>;
};

/** The code of these runs in browsers; backends only serve what was built of it. */
const BROWSER_ROLES = new Set([
  'frontend',
  'frontend-plugin',
  'frontend-plugin-module',
  'frontend-dynamic-container',
  'web-library',
]);

/**
 * Finds all packages that a program may load: those that its package and others depend on, directly
 * or not, as far as they are installed.
 *
 * @param folders - of packages that are needed, whoever depends on them
 */
export function findNeededPackages(folders: readonly string[]): Map<string, NeededPackage> {
  const found = new Map<string, NeededPackage>();
  const waiting = folders.map((folder) => realpathSync(folder));
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    if (found.has(folder)) continue;
    const manifest = readManifest(join(folder, 'package.json'));
    found.set(folder, { folder, manifest, links: new Set() });
    if (!BROWSER_ROLES.has(String(manifest.backstage?.role))) {
      waiting.push(...findDependencies(folder, manifest).map(({ real }) => real));
    }
  }
  for (const { folder, manifest } of found.values()) {
    for (const { place, real } of findDependencies(folder, manifest)) {
      if (place !== real) found.get(real)?.links.add(place);
    }
  }
  return found;
}

type Dependency = { place: string; real: string };

function findDependencies(folder: string, manifest: Manifest): Dependency[] {
  const names = {
    ...manifest.peerDependencies,
    ...manifest.optionalDependencies,
    ...manifest.dependencies,
  };
  return Object.keys(names).flatMap((name) => {
    // Types alone.
    if (name.startsWith('@types/')) return [];
    const place = findPlace(name, folder);
    return place === undefined ? [] : [{ place, real: realpathSync(place) }];
  });
}

/** Where Node would find a package. */
function findPlace(name: string, from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const place = join(folder, 'node_modules', name);
    if (existsSync(join(place, 'package.json'))) return place;
    if (dirname(folder) === folder) return undefined;
  }
}
