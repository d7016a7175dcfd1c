import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import {
  coreServices,
  createBackendFeatureLoader,
  type BackendFeature,
  type RootConfigService,
} from '@stagewire/plugin-api';
import { backendErrors } from './errors.js';

const FEATURE = '@backstage/BackendFeature';
const FEATURE_FACTORY = '@backstage/BackendFeatureFactory';
const ROLES = new Set(['node-library', 'backend', 'backend-plugin', 'backend-plugin-module']);

/**
 * Adds the features of all packages that the app depends on, as `backend.packages` chooses.
 *
 * @remarks
 * `backend.packages` is `all`, or `{ include?, exclude? }` with package names; without it nothing
 * is added. What is added directly as well is a duplicate: name it in `exclude`.
 *
 * @public
 */
export const discoveryFeatureLoader: BackendFeature = createBackendFeatureLoader({
  deps: { config: coreServices.rootConfig, logger: coreServices.rootLogger },
  async loader({ config, logger }) {
    const choice = readChoice(config);
    if (!choice) return [];
    const app = findAppPackage(dirname(resolve(process.argv[1] ?? 'index.js')));
    const features = new Map<unknown, string>();
    for (const name of choice(Object.keys(app.manifest.dependencies ?? {}))) {
      for (const feature of findFeatures(name, app.require)) {
        if (!features.has(feature)) features.set(feature, name);
      }
    }
    for (const name of features.values()) logger.info(`Detected: ${name}`);
    return [...features.keys()] as BackendFeature[];
  },
});

/** @returns what picks package names from the app's dependencies; undefined for nothing at all */
function readChoice(config: RootConfigService): ((dependencies: string[]) => string[]) | undefined {
  const packages: unknown = config.getOptional('backend.packages');
  if (packages === undefined) return undefined;
  if (packages === 'all') return (dependencies) => dependencies;
  if (typeof packages !== 'object' || packages === null || Array.isArray(packages)) {
    throw backendErrors.packagesConfig(JSON.stringify(packages));
  }
  const include = config.getOptionalStringArray('backend.packages.include');
  const exclude = config.getOptionalStringArray('backend.packages.exclude');
  if (!include && !exclude) return undefined;
  const isExcluded = matcher(exclude ?? []);
  return (dependencies) =>
    (include ? expand(include, dependencies) : dependencies).filter((name) => !isExcluded(name));
}

/** A name without a wildcard need not be a dependency, as long as it can be resolved. */
function expand(include: string[], dependencies: string[]): string[] {
  return [
    ...new Set(
      include.flatMap((pattern) =>
        pattern.includes('*') ? dependencies.filter(matcher([pattern])) : [pattern],
      ),
    ),
  ];
}

function matcher(patterns: string[]): (name: string) => boolean {
  const expressions = patterns.map(
    (pattern) => new RegExp(`^${pattern.split('*').map(escape).join('.*')}$`),
  );
  return (name) => expressions.some((expression) => expression.test(name));
}

const escape = (text: string) => text.replaceAll(/[\\^$.|?+()[\]{}]/g, '\\$&');

type Manifest = { dependencies?: Record<string, string>; backstage?: { role?: string } };

function findAppPackage(start: string): { manifest: Manifest; require: NodeJS.Require } {
  for (let directory = start; ; directory = dirname(directory)) {
    const path = join(directory, 'package.json');
    if (existsSync(path)) {
      return {
        manifest: JSON.parse(readFileSync(path, 'utf8')) as Manifest,
        require: createRequire(path),
      };
    }
    if (directory === dirname(directory)) throw backendErrors.appPackageNotFound(start);
  }
}

function findFeatures(name: string, require: NodeJS.Require): unknown[] {
  const manifest = readManifest(name, require);
  if (!manifest || !ROLES.has(manifest.backstage?.role ?? '')) return [];
  const alpha = `${name}/alpha`;
  return [name, ...(isResolvable(alpha, require) ? [alpha] : [])].flatMap((entry) =>
    toFeature(require(entry)),
  );
}

/** @returns undefined for a package that keeps its package.json to itself */
function readManifest(name: string, require: NodeJS.Require): Manifest | undefined {
  try {
    return require(`${name}/package.json`) as Manifest;
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_PACKAGE_PATH_NOT_EXPORTED') return undefined;
    throw error;
  }
}

function isResolvable(entry: string, require: NodeJS.Require): boolean {
  try {
    require.resolve(entry);
    return true;
  } catch {
    return false;
  }
}

function toFeature(exported: unknown): unknown[] {
  const value = (exported as { default?: unknown } | null | undefined)?.default;
  const type = (value as { $$type?: unknown } | null | undefined)?.$$type;
  if (type === FEATURE) return [value];
  // Packages of 2023 export a factory of their feature.
  if (type === FEATURE_FACTORY && typeof value === 'function') return [value()];
  return [];
}
