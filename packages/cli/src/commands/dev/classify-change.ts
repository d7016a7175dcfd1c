import { basename, dirname, extname, relative, sep } from 'node:path';
import { LOCKFILES } from '../../repository/package-manager.js';
import { findPackageOf, type Repository } from '../../repository/repository.js';

/** What a changed file means for a backend that runs. */
export type Change =
  /** Code, or data that code imports. */
  | { type: 'module'; file: string }
  /** Something else that a package reads by itself, such as a migration. */
  | { type: 'data'; file: string; folder: string }
  /** Configuration, which a running backend follows by itself. */
  | { type: 'config'; file: string }
  /** What is installed, or how packages are found. */
  | { type: 'dependencies'; file: string };

const MODULES = new Set(['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs', '.json']);

/** The files at the root that say what is installed. */
export const INSTALL_FILES: ReadonlySet<string> = new Set([
  ...Object.values(LOCKFILES),
  'pnpm-workspace.yaml',
  'bun.lock',
]);

/** The folders of a package in which its plugin may read anything. */
const DATA_FOLDERS = new Set(['src', 'migrations']);

/**
 * Tells what a change means; undefined for files that no backend is made of.
 *
 * @param configFiles - absolute paths of configuration that was named on the command line
 */
export function classifyChange(
  file: string,
  repository: Repository,
  configFiles: readonly string[],
): Change | undefined {
  const name = basename(file);
  if (configFiles.includes(file) || /^app-config(\..+)?\.yaml$/.test(name)) {
    return { type: 'config', file };
  }
  if (name === 'package.json') return { type: 'dependencies', file };
  if (INSTALL_FILES.has(name)) {
    return dirname(file) === repository.root ? { type: 'dependencies', file } : undefined;
  }
  if (MODULES.has(extname(name))) return { type: 'module', file };
  const owner = findPackageOf(repository, file);
  if (!owner) return undefined;
  const [top = ''] = relative(owner.directory, file).split(sep);
  return DATA_FOLDERS.has(top) ? { type: 'data', file, folder: owner.directory } : undefined;
}
