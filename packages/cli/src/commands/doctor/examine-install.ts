import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { satisfies, validRange } from 'semver';
import { ECOSYSTEM, findInstalled } from '../../repository/installed.js';
import { findLockfiles, LOCKFILES } from '../../repository/package-manager.js';
import { doctorErrors } from './errors.js';
import type { Examination } from './examination.js';
import { toFinding, type Finding } from './finding.js';
import { isOptional, type InstalledPackage } from './installed-tree.js';
import { examineNativeModules } from './native-modules.js';

/** Node, the lockfile, and whether everything that is depended on is there and loads. */
export async function examineInstall(examination: Examination): Promise<Finding[]> {
  return [
    ...examineNode(examination),
    ...examineLockfiles(examination),
    ...examineDependencies(examination),
    ...examinePeers(examination),
    ...(await examineNativeModules(examination)),
  ];
}

function examineNode({ repository, tree }: Examination): Finding[] {
  const own = repository.manifest.engines as { node?: string } | undefined;
  const asking = [
    ...(own?.node ? [{ who: 'this repository', range: own.node }] : []),
    ...[...tree.packages.values()]
      .filter(({ name }) => ECOSYSTEM.test(name))
      .flatMap(({ name, version, manifest }) => {
        const { node: range } = (manifest.engines ?? {}) as { node?: string };
        return range ? [{ who: `${name}@${version}`, range }] : [];
      }),
  ];
  const found = asking.find(
    ({ range }) => validRange(range) && !satisfies(process.versions.node, range),
  );
  if (!found) return [];
  const error = doctorErrors.node(process.versions.node, found.range, found.who);
  return [toFinding('install', 'error', error, [found.who])];
}

function examineLockfiles({ repository, packageManager, install }: Examination): Finding[] {
  const managers = findLockfiles(repository.root);
  const own = LOCKFILES[packageManager];
  if (managers.length === 0) {
    return [toFinding('install', 'warning', doctorErrors.lockfileMissing(own, install), [own])];
  }
  const files = managers.map((manager) => LOCKFILES[manager]);
  const different = packageManager === 'npm' ? compareWithLockfile(repository.root) : [];
  return [
    ...(files.length > 1
      ? [toFinding('install', 'warning', doctorErrors.lockfileSeveral(files, own), files)]
      : []),
    ...(different.length > 0
      ? [toFinding('install', 'warning', doctorErrors.lockfileStale(different, install), [own])]
      : []),
  ];
}

type Lockfile = { packages?: Record<string, { version?: string; optional?: boolean }> };

/** npm notes what it has installed in a file of the same form. */
function compareWithLockfile(root: string): string[] {
  const wanted = readLockfile(join(root, LOCKFILES.npm));
  const installed = readLockfile(join(root, 'node_modules', '.package-lock.json'));
  if (!wanted || !installed) return [];
  return Object.entries(wanted.packages ?? {})
    .filter(([path, { optional }]) => path.includes('node_modules/') && !optional)
    .filter(([path, { version }]) => installed.packages?.[path]?.version !== version)
    .map(([path, { version }]) => {
      const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
      return `${name} ${installed.packages?.[path]?.version ?? 'absent'} in place of ${version}`;
    });
}

function readLockfile(file: string): Lockfile | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Lockfile;
  } catch {
    return undefined; // not there, or not for us to judge
  }
}

/** What the repository's own packages depend on; what others lack is a fault of the install, too. */
function examineDependencies({ tree, install }: Examination): Finding[] {
  const byOwner = new Map<InstalledPackage, string[]>();
  for (const { name, range, of } of tree.missing) {
    byOwner.set(of, [...(byOwner.get(of) ?? []), `${name}@${range}`]);
  }
  const missing = [...byOwner].map(([{ name, isLocal }, names]) =>
    toFinding(
      'install',
      isLocal ? 'error' : 'warning',
      doctorErrors.missing(names, name, install),
      [name],
    ),
  );
  const locals = [...tree.packages.values()].filter(({ isLocal }) => isLocal);
  return [...missing, ...locals.flatMap((each) => examineRanges(each, install))];
}

function examineRanges({ name: who, manifest, folder }: InstalledPackage, install: string) {
  return Object.entries(manifest.dependencies ?? {}).flatMap(([name, range]) => {
    const version = readVersion(name, folder);
    if (version === undefined || fits(version, range)) return [];
    const error = doctorErrors.range(name, version, range, who, install);
    return [toFinding('install', 'error', error, [who, `${name}@${version}`])];
  });
}

/** Peers of what the repository's own packages depend on: others are for their authors to mend. */
function examinePeers({ tree }: Examination): Finding[] {
  const locals = new Set(
    [...tree.packages.values()]
      .filter(({ isLocal }) => isLocal)
      .map(({ name, version }) => `${name}@${version}`),
  );
  const direct = [...tree.packages.values()].filter(({ wantedBy }) =>
    [...wantedBy].some((each) => locals.has(each)),
  );
  return direct.flatMap(({ name: who, version: own, manifest, folder }) =>
    Object.entries(manifest.peerDependencies ?? {}).flatMap(([name, range]) => {
      const version = readVersion(name, folder);
      const label = `${who}@${own}`;
      if (version === undefined) {
        if (isOptional(name, manifest) || findInstalled(name, folder)) return [];
        const error = doctorErrors.peerMissing(name, range, label);
        return [toFinding('install', 'warning', error, [label])];
      }
      if (fits(version, range)) return [];
      const error = doctorErrors.peerRange(name, range, version, label);
      return [toFinding('install', 'warning', error, [label, `${name}@${version}`])];
    }),
  );
}

function readVersion(name: string, from: string): string | undefined {
  const folder = findInstalled(name, from);
  if (folder === undefined) return undefined;
  try {
    const text = readFileSync(join(folder, 'package.json'), 'utf8');
    const manifest = JSON.parse(text) as { name?: string; version?: string };
    // Another package that takes its place has versions of its own.
    return manifest.name === name ? manifest.version : undefined;
  } catch {
    return undefined; // told by whoever reads the package
  }
}

/** Ranges that name a place or a protocol are kept by the package manager alone. */
function fits(version: string, range: string): boolean {
  return !validRange(range) || satisfies(version, range, { includePrerelease: true });
}
