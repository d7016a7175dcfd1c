import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pluginApiErrors } from './errors.js';

/** Answers in the place of {@link resolvePackagePath} for one package, where it has an answer. */
export type PackagePathOverride = (segments: string[]) => string | undefined;

/** The overrides of tests, by package name. */
export const packagePathOverrides = new Map<string, PackagePathOverride>();

/**
 * Finds something in an installed package, such as its migrations.
 *
 * @remarks
 * The package is looked for as Node would do it, first from this plugin API's own place and then
 * from the working directory. What is to be found there has to be published with the package: name
 * it under `files` in its package.json.
 *
 * @param name - the name of the package
 * @param paths - segments that are joined to its folder
 * @returns an absolute path; whether something is there is not checked
 * @throws `E_PACKAGE_NOT_FOUND`
 *
 * @example
 * ```ts
 * const directory = resolvePackagePath('@acme/plugin-todo-backend', 'migrations');
 * ```
 *
 * @public
 */
export function resolvePackagePath(name: string, ...paths: string[]): string {
  const overridden = packagePathOverrides.get(name)?.(paths);
  return overridden ?? path.resolve(findPackage(name), ...paths);
}

function findPackage(name: string): string {
  const cwd = process.cwd();
  const places = [import.meta.url, path.join(cwd, 'package.json')];
  let failure: unknown;
  for (const place of places) {
    const require = createRequire(place);
    try {
      return path.dirname(require.resolve(`${name}/package.json`));
    } catch (error) {
      failure = error;
      // Not installed, or its package.json is not among its exports.
      const directory = findInstalled(require, name);
      if (directory) return directory;
    }
  }
  const own = findEnclosing(name, cwd);
  if (own) return own;
  throw pluginApiErrors.packageNotFound(name, ['the plugin API', cwd], failure);
}

/** Looks into the node_modules folders that Node would look into. */
function findInstalled(require: NodeJS.Require, name: string): string | undefined {
  for (const modules of require.resolve.paths(name) ?? []) {
    const directory = path.join(modules, name);
    // Real, as Node resolves it: what is found must not depend on which link led there.
    if (existsSync(path.join(directory, 'package.json'))) return realpathSync(directory);
  }
  return undefined;
}

/** Looks upwards for the package itself, which nobody installs while it is developed alone. */
function findEnclosing(name: string, from: string): string | undefined {
  for (let directory = from; ; directory = path.dirname(directory)) {
    if (readPackageName(directory) === name) return directory;
    if (directory === path.dirname(directory)) return undefined;
  }
}

function readPackageName(directory: string): string | undefined {
  try {
    const text = readFileSync(path.join(directory, 'package.json'), 'utf8');
    return (JSON.parse(text) as { name?: string }).name;
  } catch {
    return undefined; // none here, or not one that could be asked
  }
}
