import type { BackendFeature } from './backend-feature.js';
import type { ServiceRef } from './create-service-ref.js';
import { pluginApiErrors } from './errors.js';
import { captureCallSite, withOrigin } from './feature-origin.js';
import type { FeatureLoaderShape, ServiceRefShape } from './shapes.js';

/** What {@link createBackendFeatureLoader} is told. @public */
export interface CreateBackendFeatureLoaderOptions<TDeps extends { [name in string]: unknown }> {
  /** What the loader decides by; root services only, and they are made before all others. */
  deps?: {
    [name in keyof TDeps]: ServiceRef<TDeps[name], 'root'>;
  };

  /**
   * Returns or yields features, or modules whose default export is one. They are awaited one after
   * another. Called once by each backend that starts it.
   */
  loader(
    deps: TDeps,
  ):
    | Iterable<BackendFeature | Promise<{ default: BackendFeature }>>
    | Promise<Iterable<BackendFeature | Promise<{ default: BackendFeature }>>>
    | AsyncIterable<BackendFeature | { default: BackendFeature }>;
}

/**
 * Makes a feature loader, which picks features at start.
 *
 * @remarks
 * A service factory that was added to the backend directly goes before one that comes from a
 * loader. A loader may return further loaders.
 *
 * @example
 * ```ts
 * export default createBackendFeatureLoader({
 *   deps: { config: coreServices.rootConfig },
 *   *loader({ config }) {
 *     yield import('@acme/plugin-todo-backend');
 *     if (config.has('todo.github')) yield import('@acme/plugin-todo-backend-module-github');
 *   },
 * });
 * ```
 *
 * @public
 */
export function createBackendFeatureLoader<TDeps extends { [name in string]: unknown }>(
  options: CreateBackendFeatureLoaderOptions<TDeps>,
): BackendFeature {
  const callSite = captureCallSite(createBackendFeatureLoader);
  const description = `created at '${callSite() ?? 'unknown'}'`;
  const feature: FeatureLoaderShape = {
    $$type: '@backstage/BackendFeature',
    version: 'v1',
    featureType: 'loader',
    description,
    deps: options.deps as Record<string, ServiceRefShape> | undefined,
    async loader(deps) {
      const items: unknown = await options.loader(deps as TDeps);
      return collectFeatures(items, description);
    },
  };
  return withOrigin(feature, callSite);
}

async function collectFeatures(items: unknown, description: string): Promise<BackendFeature[]> {
  if (!isIterable(items)) {
    throw pluginApiErrors.loaderResultNotIterable(describe(items), description);
  }
  const features: BackendFeature[] = [];
  for await (const item of items) features.push(toFeature(item, description));
  return features;
}

function toFeature(item: unknown, description: string): BackendFeature {
  // Features of older plugin APIs are functions.
  if ((typeof item === 'object' && item !== null) || typeof item === 'function') {
    if ('$$type' in item && item.$$type === '@backstage/BackendFeature') {
      return item as BackendFeature;
    }
    // Not looked into any further: the backend unwraps and checks what loaders return.
    if ('default' in item) return item.default as BackendFeature;
  }
  throw pluginApiErrors.invalidLoaderItem(item, description);
}

function isIterable(value: unknown): value is Iterable<unknown> | AsyncIterable<unknown> {
  if (typeof value === 'string') return true;
  return (
    typeof value === 'object' &&
    value !== null &&
    (Symbol.iterator in value || Symbol.asyncIterator in value)
  );
}

function describe(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  return typeof value === 'function' ? 'a function' : 'an object that is not iterable';
}
