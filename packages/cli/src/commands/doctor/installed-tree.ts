import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { findInstalled } from '../../repository/installed.js';
import { readManifest, type Manifest, type Repository } from '../../repository/repository.js';

/** A package as it is installed, or as it is developed in the repository. */
export type InstalledPackage = {
  name: string;
  version: string;
  /** Its folder, behind all links. */
  folder: string;
  manifest: Manifest;
  /** Who depends on it: `name@version`, each once. */
  wantedBy: Set<string>;
  /** Whether it is developed in the repository. */
  isLocal: boolean;
};

/** A dependency that is not there. */
export type MissingDependency = { name: string; range: string; of: InstalledPackage };

/** All that the packages of a repository depend on at run time, by folder. */
export type InstalledTree = {
  packages: Map<string, InstalledPackage>;
  missing: MissingDependency[];
};

/**
 * Walks from the packages of a repository through what they depend on at run time.
 *
 * @param further - folders of packages beside those of its workspaces
 */
export function readInstalledTree(
  repository: Repository,
  further: readonly string[] = [],
): InstalledTree {
  const tree: InstalledTree = { packages: new Map(), missing: [] };
  const folders = [...repository.packages.map(({ directory }) => directory), ...further];
  const waiting = [...new Set(folders.map((folder) => realpathSync(folder)))].map((folder) =>
    note(tree, folder, readManifest(join(folder, 'package.json')), true),
  );
  for (let each = waiting.pop(); each; each = waiting.pop()) {
    for (const [name, range] of dependenciesOf(each)) {
      const folder = findInstalled(name, each.folder);
      if (folder === undefined) {
        if (!isOptional(name, each.manifest)) tree.missing.push({ name, range, of: each });
        continue;
      }
      const known = tree.packages.get(folder);
      const found = known ?? note(tree, folder, readManifest(join(folder, 'package.json')), false);
      found.wantedBy.add(`${each.name}@${each.version}`);
      if (!known) waiting.push(found);
    }
  }
  return tree;
}

/** Whether a package does without a dependency. */
export function isOptional(name: string, manifest: Manifest): boolean {
  const { peerDependenciesMeta = {} } = manifest as {
    peerDependenciesMeta?: Record<string, { optional?: boolean }>;
  };
  return (
    manifest.optionalDependencies?.[name] !== undefined ||
    (manifest.dependencies?.[name] === undefined && peerDependenciesMeta[name]?.optional === true)
  );
}

function note(
  { packages }: InstalledTree,
  folder: string,
  manifest: Manifest,
  isLocal: boolean,
): InstalledPackage {
  const { name = folder, version = '0.0.0' } = manifest;
  const found = { name, version, folder, manifest, isLocal, wantedBy: new Set<string>() };
  packages.set(folder, found);
  return found;
}

/** Peers are told by a check of their own where they are missing, and count where they are there. */
function dependenciesOf({ manifest, folder }: InstalledPackage): [string, string][] {
  const { dependencies = {}, optionalDependencies = {}, peerDependencies = {} } = manifest;
  const peers = Object.entries(peerDependencies).filter(([name]) => findInstalled(name, folder));
  return Object.entries({ ...Object.fromEntries(peers), ...optionalDependencies, ...dependencies });
}
