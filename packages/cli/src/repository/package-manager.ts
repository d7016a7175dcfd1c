import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Repository } from './repository.js';

/** One of those that install repositories. */
export type PackageManager = 'npm' | 'yarn' | 'pnpm';

/** The lockfiles, by who writes them. */
export const LOCKFILES: Readonly<Record<PackageManager, string>> = {
  npm: 'package-lock.json',
  yarn: 'yarn.lock',
  pnpm: 'pnpm-lock.yaml',
};

/** Who installs a repository: as its package.json says, else as its lockfile tells. */
export function findPackageManager({ root, manifest }: Repository): PackageManager {
  const named = /^(npm|yarn|pnpm)@/.exec(String(manifest.packageManager ?? ''))?.[1];
  if (named) return named as PackageManager;
  return findLockfiles(root).find((manager) => manager !== 'npm') ?? 'npm';
}

/** Who has written lockfiles at the root of a repository. */
export function findLockfiles(root: string): PackageManager[] {
  const managers = Object.keys(LOCKFILES) as PackageManager[];
  return managers.filter((manager) => existsSync(join(root, LOCKFILES[manager])));
}
