/**
 * For tests of code that finds things in packages.
 *
 * @packageDocumentation
 */
export {
  overridePackagePathResolution,
  type OverridePackagePathResolutionOptions,
  type PackagePathResolutionOverride,
} from './override-package-path-resolution.js';
