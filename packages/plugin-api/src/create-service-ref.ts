import type { ServiceFactory } from './create-service-factory.js';

/**
 * Names a service, so that others can depend on it without knowing who implements it.
 *
 * @remarks
 * Refs are matched by `id` alone: two refs with the same id are the same service, whichever copy
 * of a package made them.
 *
 * @public
 */
export type ServiceRef<
  TService,
  TScope extends 'root' | 'plugin' = 'root' | 'plugin',
  TInstances extends 'singleton' | 'multiton' = 'singleton' | 'multiton',
> = {
  id: string;

  /**
   * `root`: one instance for the whole backend, which can depend on root services only.
   * `plugin`: one instance for each plugin, shared with the modules of that plugin.
   */
  scope: TScope;

  /** When true, any number of factories may provide the service, and dependants get an array. */
  multiton?: TInstances extends 'multiton' ? true : false;

  /** The type of the service, for `typeof ref.T`. At run time this is `null`. */
  T: TService;

  $$type: '@backstage/ServiceRef';
};

/** What {@link createServiceRef} is told. @public */
export interface ServiceRefOptions<
  TService,
  TScope extends 'root' | 'plugin',
  TInstances extends 'singleton' | 'multiton',
> {
  /** Unique in a backend; by custom `<pluginId>.<name>`, such as `events.service`. */
  id: string;

  /** @defaultValue 'plugin' */
  scope?: TScope;

  /** @defaultValue false */
  multiton?: TInstances extends 'multiton' ? true : false;

  /**
   * Makes the factory that is used when nobody installed one for this id. It is called at most
   * once in a backend, when the service is first needed, so it is a good place for a dynamic import.
   *
   * @remarks
   * Where the factory names this ref, say the return type, or the types of both wait for each other.
   *
   * @example
   * ```ts
   * export const mailServiceRef = createServiceRef<MailService>({
   *   id: 'mail.service',
   *   defaultFactory: async (): Promise<ServiceFactory> =>
   *     (await import('@acme/mail-node')).mailServiceFactory,
   * });
   * ```
   */
  defaultFactory?(service: ServiceRef<TService, TScope>): Promise<ServiceFactory>;
}

/**
 * Makes the ref of a service that exists once in each plugin.
 *
 * @example
 * ```ts
 * export const mailServiceRef = createServiceRef<MailService>({ id: 'mail.service' });
 * ```
 *
 * @public
 */
export function createServiceRef<TService>(
  options: ServiceRefOptions<TService, 'plugin', 'singleton'>,
): ServiceRef<TService, 'plugin', 'singleton'>;

/** Makes the ref of a service that exists once in the whole backend. @public */
export function createServiceRef<TService>(
  options: ServiceRefOptions<TService, 'root', 'singleton'>,
): ServiceRef<TService, 'root', 'singleton'>;

/** Makes the ref of a service of which each plugin gets all implementations. @public */
export function createServiceRef<TService>(
  options: ServiceRefOptions<TService, 'plugin', 'multiton'>,
): ServiceRef<TService, 'plugin', 'multiton'>;

/** Makes the ref of a service that is provided many times for the whole backend. @public */
export function createServiceRef<TService>(
  options: ServiceRefOptions<TService, 'root', 'multiton'>,
): ServiceRef<TService, 'root', 'multiton'>;

export function createServiceRef<
  TService,
  TScope extends 'root' | 'plugin',
  TInstances extends 'singleton' | 'multiton',
>(
  options: ServiceRefOptions<TService, TScope, TInstances>,
): ServiceRef<TService, TScope, TInstances> {
  const { id, defaultFactory } = options;
  const $$type = '@backstage/ServiceRef' as const;
  const scope = options.scope ?? 'plugin';
  const multiton = options.multiton ?? false;
  const ref = {
    $$type,
    id,
    scope,
    multiton,
    T: null, // carries a type only
    toString: () => `serviceRef{${id}}`,
    toJSON: () => ({ $$type, id, scope, multiton }),
    ...(defaultFactory && { __defaultFactory: defaultFactory }),
  };
  // The overloads tie scope and multiton to the type parameters; the defaults above cannot.
  return ref as unknown as ServiceRef<TService, TScope, TInstances>;
}
