import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readOwnVersion } from '../../own-version.js';
import { findPackageManager, type PackageManager } from '../../repository/package-manager.js';
import { readInstalledManifest } from '../../repository/installed.js';
import type { DependencyField, Repository } from '../../repository/repository.js';
import { toPrefix } from './names.js';

/** What packages of a repository have in common, so that a new one looks like its neighbours. */
export type Layout = {
  /**
   * `stagewire`: ECMAScript modules, used from their sources through a condition.
   * `stock`: CommonJS with `main: src/index.ts`, built and tested by the stock command line.
   */
  kind: 'stagewire' | 'stock';
  /** The package that has `createBackendPlugin` and the like, and the one for tests. */
  api: '@stagewire/plugin-api' | '@backstage/backend-plugin-api';
  testing: '@stagewire/testing' | '@backstage/backend-test-utils';
  packageManager: PackageManager;
  /** What an import of a file beside ends with. */
  extension: '.js' | '';
  /** The version range under which one package of the repository depends on another. */
  workspaceRange: (version: string) => string;
  /** The version range of a package from outside: what the repository has of it, else ours. */
  range: (name: string) => string;
  /** The licence of the repository; undefined when it names none. */
  license: string | undefined;
};

/** What packages are taken at, where the repository does not have them yet. */
const RANGES: Record<string, string> = {
  '@backstage/backend-plugin-api': '^1.0.0',
  '@backstage/backend-test-utils': '^1.0.0',
  '@backstage/cli': '^0.34.0',
  '@types/express': '^4.17.25',
  '@types/node': '^20.19.43',
  express: '^4.22.3',
  'express-promise-router': '^4.1.1',
  tsx: '^4.23.15',
  typescript: '^7.0.2',
};

const RELEASE_RANGE = 'backstage:^';

/** The layout of a repository that is made anew. */
export const newLayout: Layout = {
  kind: 'stagewire',
  api: '@stagewire/plugin-api',
  testing: '@stagewire/testing',
  packageManager: 'npm',
  extension: '.js',
  workspaceRange: (version) => `^${version}`,
  range: toOwnRange,
  license: undefined,
};

/** Reads off a repository how its packages are made. */
export function readLayout(repository: Repository): Layout {
  const kind = isStock(repository) ? 'stock' : 'stagewire';
  const isOurs =
    kind === 'stagewire' || dependsOn(repository, (name) => name.startsWith('@stagewire/'));
  const packageManager = findPackageManager(repository);
  return {
    kind,
    api: isOurs ? '@stagewire/plugin-api' : '@backstage/backend-plugin-api',
    testing: isOurs ? '@stagewire/testing' : '@backstage/backend-test-utils',
    packageManager,
    extension: kind === 'stock' ? '' : '.js',
    workspaceRange: (version) =>
      hasWorkspaceProtocol(repository, packageManager) ? 'workspace:^' : `^${version}`,
    range: (name) => findRange(repository, name) ?? toOwnRange(name),
    license:
      typeof repository.manifest.license === 'string' ? repository.manifest.license : undefined,
  };
}

/**
 * What the names of packages begin with, as far as the repository tells: as its plugins do, else
 * with the scope of any package.
 */
export function findPrefix({ packages }: Repository): string | undefined {
  const names = packages.map(({ name }) => name);
  const ofPlugins = names.flatMap((name) => /^(.*?)plugin-[a-z0-9-]+$/.exec(name)?.[1] ?? []);
  const scopes = names.flatMap((name) => /^(@[^/]+)\//.exec(name)?.[1] ?? []);
  const prefix = findMostFrequent(ofPlugins) ?? findMostFrequent(scopes);
  // A name without any prefix is a legal one for a plugin of an application.
  return prefix === undefined || prefix === '' ? prefix : toPrefix(prefix);
}

function isStock({ root, manifest }: Repository): boolean {
  if (manifest.type === 'module') return false;
  const { dependencies, devDependencies } = manifest;
  return (
    existsSync(join(root, 'backstage.json')) ||
    Object.hasOwn({ ...dependencies, ...devDependencies }, '@backstage/cli')
  );
}

const FIELDS: DependencyField[] = ['dependencies', 'devDependencies', 'peerDependencies'];

function dependsOn({ packages }: Repository, matches: (name: string) => boolean): boolean {
  return packages.some(({ manifest }) =>
    FIELDS.some((field) => Object.keys(manifest[field] ?? {}).some(matches)),
  );
}

/** npm and the first yarn know no `workspace:` ranges. */
function hasWorkspaceProtocol({ root, manifest }: Repository, manager: PackageManager): boolean {
  if (manager === 'npm') return false;
  if (manager === 'pnpm') return true;
  return (
    existsSync(join(root, '.yarnrc.yml')) ||
    /^yarn@[2-9]/.test(String(manifest.packageManager ?? ''))
  );
}

/** The range that packages of the repository have for a package, or for what is installed of it. */
function findRange(
  { root, packages, manifest: ofRoot }: Repository,
  name: string,
): string | undefined {
  const ranges = [ofRoot, ...packages.map(({ manifest }) => manifest)].flatMap((manifest) =>
    FIELDS.flatMap((field) => Object.entries(manifest[field] ?? {})),
  );
  const found = findMostFrequent(ranges.flatMap(([of, range]) => (of === name ? [range] : [])));
  if (found !== undefined) return found;
  // The version is looked up in backstage.json then, by a plugin of yarn.
  const hasReleaseRanges = ranges.some(([, range]) => range === RELEASE_RANGE);
  if (hasReleaseRanges && name.startsWith('@backstage/')) return RELEASE_RANGE;
  const version = readInstalledManifest(name, root)?.version;
  return version === undefined ? undefined : `^${version}`;
}

function toOwnRange(name: string): string {
  return name.startsWith('@stagewire/') ? `^${readOwnVersion()}` : (RANGES[name] ?? '*');
}

function findMostFrequent(texts: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].toSorted(([, one], [, other]) => other - one)[0]?.[0];
}
