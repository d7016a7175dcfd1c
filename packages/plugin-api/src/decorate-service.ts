import type { BackendFeature } from './backend-feature.js';
import type { ServiceRefsToInstances } from './create-service-factory.js';
import type { ServiceRef } from './create-service-ref.js';
import { pluginApiErrors } from './errors.js';
import { captureCallSite, withOrigin } from './feature-origin.js';
import { layOver } from './lay-over.js';
import type { ServiceDecoratorFeatureShape, ServiceDecoratorShape } from './shapes.js';

/**
 * What a decorator returns: only the members that it changes, or a whole service.
 *
 * @remarks
 * A plain object is laid over the inner instance: what it leaves out is the inner's, as are the
 * methods that a backend calls on a service without their being in its interface. Only methods
 * behind symbols are hidden: they would go past the decorator. A function or an instance of a class
 * takes the place of the inner instance as it is.
 *
 * @public
 */
export type DecoratedService<TService> = unknown extends TService
  ? TService
  : TService extends (...args: never[]) => unknown
    ? TService
    : Partial<TService>;

/** How a service of the whole backend is wrapped. @public */
export interface DecorateRootServiceOptions<
  TService,
  TDeps extends { [name in string]: ServiceRef<unknown, 'root'> },
> {
  /** The service to wrap, whoever provides it. */
  service: ServiceRef<TService, 'root', 'singleton'>;

  /** What the decorator needs beside the inner instance; root services only. */
  deps?: TDeps;

  /** Wraps the one instance; called at most once in a backend. */
  decorate(
    inner: NoInfer<TService>,
    deps: ServiceRefsToInstances<TDeps, 'root'>,
  ): DecoratedService<NoInfer<TService>> | Promise<DecoratedService<NoInfer<TService>>>;
}

/** How the service of a plugin is wrapped. @public */
export interface DecoratePluginServiceOptions<
  TService,
  TDeps extends { [name in string]: ServiceRef<unknown> },
> {
  /** The service to wrap, whoever provides it. */
  service: ServiceRef<TService, 'plugin', 'singleton'>;

  /**
   * Ids of the plugins whose instance is wrapped; an empty list is none. For all others neither
   * `deps` nor `decorate` are asked for.
   *
   * @defaultValue all plugins
   */
  plugins?: readonly string[];

  /** What the decorator needs beside the inner instance; root and plugin services. */
  deps?: TDeps;

  /** Wraps the instance of one plugin; called at most once for each. */
  decorate(
    inner: NoInfer<TService>,
    deps: ServiceRefsToInstances<TDeps>,
  ): DecoratedService<NoInfer<TService>> | Promise<DecoratedService<NoInfer<TService>>>;
}

/** Wraps a service of the whole backend. @public */
export function decorateService<
  TService,
  TDeps extends { [name in string]: ServiceRef<unknown, 'root'> } = {},
>(options: DecorateRootServiceOptions<TService, TDeps>): BackendFeature;

/**
 * Wraps a service that somebody else provides, for all plugins or for some.
 *
 * @remarks
 * The inner instance is what everybody would get without the decorator. Several decorators of one
 * service stack in the order in which they were added, the last one outermost; those from feature
 * loaders come after all that were added directly. A dep that itself needs the service goes round
 * in a circle and is refused. The stock backend has no decorators, and refuses them with this said.
 *
 * @example
 * ```ts
 * backend.add(
 *   decorateService({
 *     service: coreServices.logger,
 *     plugins: ['catalog'],
 *     decorate: (inner) => inner.child({ team: 'catalog' }),
 *   }),
 * );
 * ```
 *
 * @throws `E_DECORATOR_EMPTY`, when it is applied, if `decorate` returns nothing;
 *   `E_DECORATOR_UNSUPPORTED` in a backend that has no decorators
 * @public
 */
export function decorateService<
  TService,
  TDeps extends { [name in string]: ServiceRef<unknown> } = {},
>(options: DecoratePluginServiceOptions<TService, TDeps>): BackendFeature;

export function decorateService(options: AnyDecoratorOptions): BackendFeature {
  const { service, plugins, deps = {} } = options;
  const callSite = captureCallSite(decorateService);
  const id = service?.id;
  const decorator = {
    service,
    ...(plugins && { plugins }),
    deps,
    decorate: async (inner, instances) => {
      const outer = await options.decorate(inner, instances);
      if (outer === undefined || outer === null) throw pluginApiErrors.decoratorEmpty(id);
      return layOver(inner, outer);
    },
  } as ServiceDecoratorShape;
  const feature: ServiceDecoratorFeatureShape = {
    $$type: '@backstage/BackendFeature',
    version: 'v1',
    // To a backend without decorators it is a feature loader, which says what is the matter.
    featureType: 'loader',
    description: `decorator of service "${id}", created at '${callSite() ?? 'unknown'}'`,
    loader: async () => {
      throw pluginApiErrors.decoratorUnsupported(id);
    },
    decorator,
  };
  return withOrigin(feature, callSite);
}

/** Both overloads at once, without their types. */
type AnyDecoratorOptions = {
  service: ServiceRef<unknown>;
  plugins?: readonly string[];
  deps?: Record<string, ServiceRef<unknown>>;
  decorate(inner: unknown, deps: Record<string, unknown>): unknown;
};
