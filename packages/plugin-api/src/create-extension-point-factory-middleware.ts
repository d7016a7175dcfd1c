import type { ExtensionPoint } from './create-extension-point.js';
import type { ExtensionPointFactoryMiddlewareShape } from './shapes.js';

/**
 * Stands between the provider of an extension point and the modules that use it. To be given to a
 * backend when that is created.
 *
 * @public
 */
export interface ExtensionPointFactoryMiddleware {
  $$type: '@backstage/ExtensionPointFactoryMiddleware';
}

/** What {@link createExtensionPointFactoryMiddleware} is told. @public */
export interface CreateExtensionPointFactoryMiddlewareOptions<TExtensionPoint> {
  /** The extension point to stand before. */
  extensionPoint: ExtensionPoint<TExtensionPoint>;

  /** Makes what a module gets, out of what the provider made for it. Called for each module. */
  middleware(original: TExtensionPoint): TExtensionPoint | Promise<TExtensionPoint>;
}

/**
 * Makes a middleware that wraps or replaces an extension point for all modules that use it.
 *
 * @public
 */
export function createExtensionPointFactoryMiddleware<TExtensionPoint>(
  options: CreateExtensionPointFactoryMiddlewareOptions<TExtensionPoint>,
): ExtensionPointFactoryMiddleware {
  const middleware: ExtensionPointFactoryMiddlewareShape = {
    $$type: '@backstage/ExtensionPointFactoryMiddleware',
    version: 'v1',
    extensionPointId: options.extensionPoint.id,
    // Async, so that what the author throws always arrives as a rejection.
    middleware: async (original) => options.middleware(original as TExtensionPoint),
  };
  return middleware;
}
