import path from 'node:path';
import { pluginApiErrors } from './errors.js';
import { packagePathOverrides } from './package-path.js';

/** What {@link overridePackagePathResolution} is told. @public */
export interface OverridePackagePathResolutionOptions {
  /** The package to be found elsewhere. */
  packageName: string;

  /** The folder that stands for the package. */
  path?: string;

  /**
   * What stands for single paths in the package, before `path`. The keys are matched as a whole,
   * written with slashes: `resolvePackagePath('x', 'foo', 'bar')` is `'foo/bar'`. A function is
   * called each time.
   */
  paths?: { [path in string]: string | (() => string) };
}

/** An override that is in force. @public */
export interface PackagePathResolutionOverride {
  /** Ends it; a second call does nothing. */
  restore(): void;
}

/**
 * Has `resolvePackagePath` find a package, or some paths in it, elsewhere. What is not overridden
 * is found as usual.
 *
 * @throws when the package is overridden already
 *
 * @public
 */
export function overridePackagePathResolution(
  options: OverridePackagePathResolutionOptions,
): PackagePathResolutionOverride {
  const { packageName } = options;
  if (packagePathOverrides.has(packageName)) {
    throw pluginApiErrors.packagePathOverriddenTwice(packageName);
  }

  const override = (segments: string[]) => {
    const key = path.join(...segments).replaceAll(path.sep, '/');
    const replacement = options.paths?.[key];
    if (typeof replacement === 'function') return replacement();
    if (replacement !== undefined) return replacement;
    return options.path === undefined ? undefined : path.resolve(options.path, ...segments);
  };
  packagePathOverrides.set(packageName, override);

  return {
    restore() {
      // A later override of the same package is not ours to end.
      if (packagePathOverrides.get(packageName) === override) {
        packagePathOverrides.delete(packageName);
      }
    },
  };
}
