import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findRepositoryRoot } from '@stagewire/config';
import { globSync } from 'tinyglobby';
import { parse } from 'yaml';
import { cliErrors } from '../errors.js';
import { isInside } from './paths.js';
import { isRole, type Role } from './roles.js';

/** What is read of a package.json; nothing in it is sure to be there, or to be of its type. */
export type Manifest = {
  name?: string;
  version?: string;
  private?: boolean;
  type?: string;
  main?: string;
  exports?: unknown;
  workspaces?: string[] | { packages?: string[] };
  scripts?: Record<string, string>;
  backstage?: {
    role?: unknown;
    pluginId?: unknown;
    pluginPackage?: unknown;
    pluginPackages?: unknown;
    [key: string]: unknown;
  };
  [field: string]: unknown;
} & Partial<Record<DependencyField, Record<string, string>>>;

/** The fields of a package.json that name other packages. */
export type DependencyField =
  | 'dependencies'
  | 'devDependencies'
  | 'peerDependencies'
  | 'optionalDependencies';

/** A package of a repository. */
export type RepositoryPackage = {
  /** Relative to the root, with slashes: `plugins/todo-backend`; `.` for the root's own. */
  folder: string;
  /** The same, absolute. */
  directory: string;
  manifest: Manifest;
  /** As its package.json says; the folder for one without a name. */
  name: string;
  /** Absent when the package has none, or one that nobody knows. */
  role?: Role;
};

/** A repository: its root, and the packages that are developed in it. */
export type Repository = {
  root: string;
  manifest: Manifest;
  packages: RepositoryPackage[];
};

/**
 * Reads the repository that a folder belongs to: the packages of its workspaces, in the order of
 * their folders; one package alone where there are none.
 *
 * @throws `E_CLI_NO_REPOSITORY`, `E_CLI_MANIFEST`
 */
export function readRepository(from: string): Repository {
  const root = findRepositoryRoot(from);
  const file = join(root, 'package.json');
  if (!existsSync(file)) throw cliErrors.noRepository(from);
  const manifest = readManifest(file);
  const patterns = readWorkspaces(root, manifest);
  const folders = patterns.length > 0 ? findFolders(root, patterns) : ['.'];
  return { root, manifest, packages: folders.map((folder) => readPackage(root, folder)) };
}

/** @throws `E_CLI_MANIFEST` */
export function readManifest(file: string): Manifest {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Manifest;
  } catch (error) {
    throw cliErrors.manifest(file, error);
  }
}

/** The package of a repository that a folder or file is in; the innermost one. */
export function findPackageOf(
  { packages }: Repository,
  path: string,
): RepositoryPackage | undefined {
  // Folders are in order, so what is around a package comes before it.
  return packages.findLast(({ directory }) => isInside(path, directory));
}

function readWorkspaces(root: string, { workspaces }: Manifest): string[] {
  const listed = Array.isArray(workspaces) ? workspaces : workspaces?.packages;
  if (listed) return listed;
  // pnpm keeps the list in a file of its own.
  const file = join(root, 'pnpm-workspace.yaml');
  if (!existsSync(file)) return [];
  return (parse(readFileSync(file, 'utf8')) as { packages?: string[] } | null)?.packages ?? [];
}

function findFolders(root: string, patterns: string[]): string[] {
  const manifests = patterns.map((pattern) => `${pattern.replace(/\/$/, '')}/package.json`);
  const files = globSync(manifests, { cwd: root, ignore: ['**/node_modules/**'] });
  return files.map((file) => file.replace(/\/package\.json$/, '')).toSorted();
}

function readPackage(root: string, folder: string): RepositoryPackage {
  const directory = join(root, folder);
  const manifest = readManifest(join(directory, 'package.json'));
  const role = manifest.backstage?.role;
  return {
    folder,
    directory,
    manifest,
    name: manifest.name ?? folder,
    ...(isRole(role) && { role }),
  };
}
