import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findPackageFolder } from '../../repository/package-folder.js';
import { toRepositoryPath } from '../../repository/paths.js';
import { readOwnVersion } from '../../own-version.js';
import { BUNDLE_FILES } from './bundle-format.js';
import type { ModuleGraph } from './module-graph.js';
import type { NeededPackage } from './needed-packages.js';
import type { Integrity } from './read-integrity.js';

/** `manifest.json`: what went into a build, and how it was made. */
export type BuildManifest = {
  format: 1;
  stagewire: string;
  /** What the cache was made with; another one builds its own as it goes. */
  node: string;
  v8: string;
  platform: string;
  /** Relative to the build. */
  program: string;
  options: { external: string[] };
  /** SHA-256 of files of the build, in hexadecimal. */
  files: Record<string, string>;
  packages: PackagePart[];
};

/** A package in a build. */
export type PackagePart = {
  name: string;
  version: string;
  licence: string;
  /** As the lockfile has it; absent where it has none, as for packages of the repository. */
  integrity?: string;
  /** Relative to the build. */
  path: string;
  /** Modules of it in the bundle, or all of it as files. */
  kind: 'bundled' | 'external' | 'files';
  modules: number;
};

export type ManifestOptions = {
  folder: string;
  base: string;
  program: string;
  external: string[];
  isExternal(folder: string): boolean;
  integrity: Integrity;
};

export function writeManifest(
  { modules }: ModuleGraph,
  packages: readonly NeededPackage[],
  options: ManifestOptions,
): BuildManifest {
  const { folder, base, program, external } = options;
  const counts = new Map<string, number>();
  for (const { file } of modules) {
    const owner = findOwner(file);
    counts.set(owner, (counts.get(owner) ?? 0) + 1);
  }
  const parts = packages.map((each) => toPart(each, counts.get(each.folder) ?? 0, options));
  const manifest: BuildManifest = {
    format: 1,
    stagewire: readOwnVersion(),
    node: process.version,
    v8: process.versions.v8,
    platform: `${process.platform}-${process.arch}`,
    program: toRepositoryPath(program, base),
    options: { external },
    files: hashFiles(folder),
    packages: parts.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
  };
  writeFileSync(join(folder, BUNDLE_FILES.manifest), `${JSON.stringify(manifest, undefined, 2)}\n`);
  return manifest;
}

/** The package that a module is of; a package.json without a name only tells the kind of modules. */
export function findOwner(file: string): string {
  for (let folder = findPackageFolder(dirname(file)); folder !== undefined;) {
    const { name } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
      name?: string;
    };
    const outer = findPackageFolder(dirname(folder));
    if (name !== undefined || outer === undefined || outer === folder) return folder;
    folder = outer;
  }
  return dirname(file);
}

function toPart(
  { folder, manifest }: NeededPackage,
  modules: number,
  { base, isExternal, integrity }: ManifestOptions,
): PackagePart {
  const { name = '', version = '', license } = manifest;
  const checksum = integrity.get(`${name}@${version}`);
  return {
    name,
    version,
    licence: typeof license === 'string' ? license : 'unknown',
    ...(checksum !== undefined && { integrity: checksum }),
    path: toRepositoryPath(folder, base),
    kind: isExternal(folder) ? 'external' : modules > 0 ? 'bundled' : 'files',
    modules,
  };
}

function hashFiles(folder: string): Record<string, string> {
  const { entry, code, later, cache, modules } = BUNDLE_FILES;
  const files = [entry, code, later, cache, modules].filter((name) =>
    existsSync(join(folder, name)),
  );
  return Object.fromEntries(
    files.map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(folder, name)))
        .digest('hex'),
    ]),
  );
}
