import type { BackendFeature } from './backend-feature.js';
import type { ServiceRef } from './create-service-ref.js';
import { captureCallSite, withOrigin } from './feature-origin.js';
import { AUTHORS_FACTORY, type ServiceFactoryShape } from './shapes.js';

/** A feature that makes the instances of one service. @public */
export interface ServiceFactory<
  TService = unknown,
  TScope extends 'plugin' | 'root' = 'plugin' | 'root',
  TInstances extends 'singleton' | 'multiton' = 'singleton' | 'multiton',
> extends BackendFeature {
  service: ServiceRef<TService, TScope, TInstances>;
}

/** What dependants of these refs get, as far as the refs have the given scope. */
export type ServiceRefsToInstances<
  TRefs extends { [name in string]: ServiceRef<unknown> },
  TScope extends 'root' | 'plugin' = 'root' | 'plugin',
> = {
  [name in keyof TRefs as TRefs[name]['scope'] extends TScope ? name : never]: InstanceOfRef<
    TRefs[name]
  >;
};

/** What a dependant of this ref gets: one instance, or for a multiton the array of all. */
export type InstanceOfRef<TRef extends { T: unknown }> =
  TRef extends ServiceRef<unknown, 'root' | 'plugin', 'multiton'> ? Array<TRef['T']> : TRef['T'];

/** How a service of the whole backend is made. @public */
export interface RootServiceFactoryOptions<
  TService,
  TInstances extends 'singleton' | 'multiton',
  TImpl extends TService,
  TDeps extends { [name in string]: ServiceRef<unknown> },
> {
  /**
   * `always`: made at start, used or not. `lazy`: made when first depended on.
   *
   * @defaultValue 'always'
   */
  initialization?: 'always' | 'lazy';

  /** The service that this factory makes. */
  service: ServiceRef<TService, 'root', TInstances>;

  /** What the factory needs; root services only. */
  deps: TDeps;

  /** Makes the one instance; called at most once in a backend. */
  factory(deps: ServiceRefsToInstances<TDeps, 'root'>): TImpl | Promise<TImpl>;
}

/** How the service of a plugin is made. @public */
export interface PluginServiceFactoryOptions<
  TService,
  TInstances extends 'singleton' | 'multiton',
  TContext,
  TImpl extends TService,
  TDeps extends { [name in string]: ServiceRef<unknown> },
> {
  /**
   * `always`: made for every plugin at start, used or not. `lazy`: made when first depended on.
   *
   * @defaultValue 'lazy'
   */
  initialization?: 'always' | 'lazy';

  /** The service that this factory makes. */
  service: ServiceRef<TService, 'plugin', TInstances>;

  /** What the factory needs; root and plugin services. */
  deps: TDeps;

  /**
   * Makes what the instances of all plugins share, such as a connection pool. Called at most once
   * in a backend, with the root services among the deps.
   */
  createRootContext?(deps: ServiceRefsToInstances<TDeps, 'root'>): TContext | Promise<TContext>;

  /** Makes the instance of one plugin; called at most once for each. */
  factory(deps: ServiceRefsToInstances<TDeps>, context: TContext): TImpl | Promise<TImpl>;
}

/**
 * Makes a factory for a service of the whole backend.
 *
 * @public
 */
export function createServiceFactory<
  TService,
  TInstances extends 'singleton' | 'multiton',
  TImpl extends TService,
  TDeps extends { [name in string]: ServiceRef<unknown, 'root'> },
>(
  options: RootServiceFactoryOptions<TService, TInstances, TImpl, TDeps>,
): ServiceFactory<TService, 'root', TInstances>;

/**
 * Makes a factory for a service of which each plugin gets its own instance.
 *
 * @example
 * ```ts
 * export const mailServiceFactory = createServiceFactory({
 *   service: mailServiceRef,
 *   deps: { logger: coreServices.logger },
 *   factory: ({ logger }) => new SmtpMailService(logger),
 * });
 * ```
 *
 * @public
 */
export function createServiceFactory<
  TService,
  TInstances extends 'singleton' | 'multiton',
  TImpl extends TService,
  TDeps extends { [name in string]: ServiceRef<unknown> },
  TContext = undefined,
>(
  options: PluginServiceFactoryOptions<TService, TInstances, TContext, TImpl, TDeps>,
): ServiceFactory<TService, 'plugin', TInstances>;

export function createServiceFactory(options: AnyServiceFactoryOptions): ServiceFactory {
  const { service, initialization, deps } = options;
  const feature: ServiceFactoryShape = {
    $$type: '@backstage/BackendFeature',
    version: 'v1',
    featureType: 'service',
    service,
    initialization,
    deps,
    factory: toFactory((instances, context) => options.factory(instances, context)),
  };
  if (service.scope === 'plugin' && 'createRootContext' in options) {
    feature.createRootContext = async (instances) => options.createRootContext?.(instances);
  }
  const made = withOrigin(feature, captureCallSite(createServiceFactory));
  return made as unknown as ServiceFactory;
}

type AuthorsFactory = (deps: Record<string, unknown>, context: unknown) => unknown;

/** As the protocol has it: what the author throws always arrives as a rejection. */
function toFactory(make: AuthorsFactory): ServiceFactoryShape['factory'] {
  const factory = async (deps: Record<string, unknown>, context: unknown) => make(deps, context);
  return Object.defineProperty(factory, AUTHORS_FACTORY, { value: make });
}

/** Both overloads at once, without their types. */
type AnyServiceFactoryOptions = {
  initialization?: 'always' | 'lazy';
  service: ServiceRef<unknown>;
  deps: Record<string, ServiceRef<unknown>>;
  createRootContext?(deps: Record<string, unknown>): unknown;
  factory(deps: Record<string, unknown>, context: unknown): unknown;
};
