import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { cliErrors } from '../../errors.js';
import { pickBackend } from '../../program/pick-backend.js';
import type { BackendProgram } from '../../program/select-backends.js';
import { findProgram } from '../../repository/backends.js';
import {
  findPackageOf,
  type Repository,
  type RepositoryPackage,
} from '../../repository/repository.js';

/** What somebody wants to work on. */
export type DevTarget =
  | ({ type: 'program' } & BackendProgram)
  /** A plugin by itself: its features, and those of its modules and of what was named with it. */
  | {
      type: 'plugin';
      name: string;
      directory: string;
      args: string[];
      pluginIds: string[];
      features: string[];
    };

/** Programs that a plugin may bring to be developed with. */
const DEV_PROGRAMS = ['dev/index.ts', 'dev/index.js'];

/**
 * Finds what somebody wants to work on: a plugin where one is named, or where the command is called
 * in its folder, and a backend otherwise.
 *
 * @param others - folders or names of packages that run with a plugin
 * @throws `E_CLI_UNKNOWN_PACKAGE`; what picking a backend throws
 */
export function findDevTarget(
  repository: Repository,
  named: string | undefined,
  others: readonly string[],
  cwd: string,
): DevTarget {
  const plugin =
    named === undefined ? findPackageOf(repository, cwd) : findPackage(repository, named, cwd);
  if (!plugin || !isFeature(plugin)) {
    return { type: 'program', ...pickBackend(repository, named, cwd) };
  }
  const { directory, folder } = plugin;
  const own = DEV_PROGRAMS.map((path) => join(directory, path)).find((path) => existsSync(path));
  if (own !== undefined)
    return { type: 'program', name: folder, program: own, directory, args: [] };
  const packages = [...new Set([plugin, ...findModules(plugin, repository)])];
  for (const other of others) {
    const found = findPackage(repository, other, cwd);
    if (!found) throw cliErrors.unknownPackage(other);
    if (!packages.includes(found)) packages.push(found);
  }
  return {
    type: 'plugin',
    name: folder,
    directory,
    args: [],
    pluginIds: [...new Set(packages.flatMap(pluginIdOf))],
    features: packages.map(toFeature),
  };
}

const isFeature = ({ role }: RepositoryPackage) =>
  role === 'backend-plugin' || role === 'backend-plugin-module';

/** What extends a plugin belongs to it; a module by itself runs with its plugin, if that is here. */
function findModules(plugin: RepositoryPackage, { packages }: Repository): RepositoryPackage[] {
  const [pluginId] = pluginIdOf(plugin);
  if (pluginId === undefined) return [];
  return packages.filter((each) => {
    const wanted = plugin.role === 'backend-plugin' ? 'backend-plugin-module' : 'backend-plugin';
    return each.role === wanted && pluginIdOf(each).includes(pluginId);
  });
}

function pluginIdOf({ manifest }: RepositoryPackage): string[] {
  const { pluginId } = manifest.backstage ?? {};
  return typeof pluginId === 'string' ? [pluginId] : [];
}

function findPackage(
  { root, packages }: Repository,
  named: string,
  cwd: string,
): RepositoryPackage | undefined {
  const paths = [resolve(cwd, named), resolve(root, named)];
  return packages.find(({ name, directory }) => name === named || paths.includes(directory));
}

/** @throws `E_CLI_UNKNOWN_PACKAGE` for a package without a module to load */
function toFeature(each: RepositoryPackage): string {
  const file = findProgram(each);
  if (file === undefined) throw cliErrors.unknownPackage(each.folder);
  return file;
}
