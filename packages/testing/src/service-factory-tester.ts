import {
  coreServices,
  createServiceFactory,
  type ServiceFactory,
  type ServiceRef,
} from '@stagewire/plugin-api';
import { createServiceContainer, type ServiceContainer } from '@stagewire/wiring';
import { getDefaultFactories } from './backend/default-factories.js';
import { testingErrors } from './errors.js';
import { mockServices } from './mock-services.js';

/** What a {@link ServiceFactoryTester} is made with. @public */
export interface ServiceFactoryTesterOptions {
  /** Factories of services that the subject needs; they replace the services of a test backend. */
  dependencies?: readonly ServiceFactory[];
}

type Scope = 'root' | 'plugin';
type Instances = 'singleton' | 'multiton';
type Made<TService, TInstances extends Instances> = TInstances extends 'multiton'
  ? TService[]
  : TService;
/** A root service is the same for all plugins, and is not asked for by one. */
type ForPlugin<TScope extends Scope> = 'root' extends TScope ? [] : [pluginId?: string];

const DEFAULT_PLUGIN_ID = 'test';

/**
 * Runs a service factory by itself, with the services of a test backend to depend on.
 *
 * @remarks
 * A service is made when it is asked for, and remembered. `await using` runs the shutdown hooks and
 * disposes of what was made.
 *
 * @example
 * ```ts
 * await using tester = ServiceFactoryTester.from(mailServiceFactory, {
 *   dependencies: [mockServices.rootConfig.factory({ data: { mail: { from: 'portal' } } })],
 * });
 * const mail = await tester.getSubject('todo');
 * ```
 *
 * @public
 */
export class ServiceFactoryTester<
  TService,
  TScope extends Scope,
  TInstances extends Instances = 'singleton',
> implements AsyncDisposable {
  /**
   * Makes one for a factory, which counts more than all others for its service.
   *
   * @throws `E_SERVICE_CYCLE` when factories wait for each other
   */
  static from<TService, TScope extends Scope, TInstances extends Instances = 'singleton'>(
    subject: ServiceFactory<TService, TScope, TInstances>,
    options: ServiceFactoryTesterOptions = {},
  ): ServiceFactoryTester<TService, TScope, TInstances> {
    const container = createServiceContainer([
      ...getDefaultFactories(),
      instanceMetadataFactory,
      ...(options.dependencies ?? []),
      subject,
    ]);
    return new ServiceFactoryTester(subject.service, container);
  }

  readonly #subject: ServiceRef<TService, TScope, TInstances>;
  readonly #container: ServiceContainer;

  private constructor(
    subject: ServiceRef<TService, TScope, TInstances>,
    container: ServiceContainer,
  ) {
    this.#subject = subject;
    this.#container = container;
  }

  /**
   * Gets what the factory makes, for the plugin `test` unless told otherwise; an array for a multiton.
   *
   * @throws what the factory throws
   */
  async getSubject(...[pluginId]: ForPlugin<TScope>): Promise<Made<TService, TInstances>> {
    return (await this.#container.get(this.#subject, pluginId ?? DEFAULT_PLUGIN_ID)) as Made<
      TService,
      TInstances
    >;
  }

  /**
   * Gets any other service, as the factory would for the same plugin.
   *
   * @throws `E_TEST_SERVICE_MISSING` when nobody provides it
   */
  async getService<
    TOther,
    TOtherScope extends Scope,
    TOtherInstances extends Instances = 'singleton',
  >(
    service: ServiceRef<TOther, TOtherScope, TOtherInstances>,
    ...[pluginId]: ForPlugin<TOtherScope>
  ): Promise<Made<TOther, TOtherInstances>> {
    const made = await this.#container.get(service, pluginId ?? DEFAULT_PLUGIN_ID);
    if (made === undefined) throw testingErrors.serviceMissing(service.id);
    return made as Made<TOther, TOtherInstances>;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#container[Symbol.asyncDispose]();
  }
}

/** What a backend brings by itself. */
const instanceMetadataFactory = createServiceFactory({
  service: coreServices.rootInstanceMetadata,
  deps: {},
  factory: () => mockServices.rootInstanceMetadata(),
});
