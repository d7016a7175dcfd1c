import type { ServiceFactory, ServiceRef } from '@stagewire/plugin-api';
import type { ServiceFactoryShape } from '@stagewire/plugin-api/internal';
import {
  createServiceMock,
  type ServiceMock,
  type ServiceMockMethods,
} from './create-service-mock.js';
import { factoryOf, withFactory, type Fake, type Scope } from './with-factory.js';

/** Makes fakes of one service. @public */
export interface FakeService<
  TService,
  TScope extends Scope,
  TFake extends TService,
  TOptions,
  TMock = ServiceMock<TService>,
> {
  /** Makes a fake that stands by itself. */
  (options?: TOptions): Fake<TFake, TService, TScope>;

  /** Makes a factory for a backend in a test. */
  factory(options?: TOptions): ServiceFactory<TService, TScope, 'singleton'>;

  /**
   * Makes a mock: it does nothing but record calls, and give what the test says.
   *
   * @param partial - some of its methods, to be called and recorded
   */
  mock(partial?: Partial<TService>): TMock;
}

/** How the fakes of a service are made. */
type FakeDefinition<TService, TScope extends Scope, TFake extends TService, TOptions> = {
  service: ServiceRef<TService, TScope, 'singleton'>;
  create(options?: TOptions): TFake;
  /** What a backend gets; without it, or when it is undefined, each scope gets a fake of its own. */
  factory?(options?: TOptions): ServiceFactory<TService, TScope, 'singleton'> | undefined;
  /** All methods of a mock. */
  mock(): ServiceMockMethods<TService>;
};

/** Puts the ways to get a fake together. */
export function defineFake<TService, TScope extends Scope, TFake extends TService, TOptions>(
  definition: FakeDefinition<TService, TScope, TFake, TOptions>,
): FakeService<TService, TScope, TFake, TOptions> {
  const { service, create } = definition;
  const factory = (options?: TOptions) =>
    definition.factory?.(options) ?? factoryOf(service, () => create(options));
  const mock = createServiceMock(service, () => definition.mock());
  return Object.assign((options?: TOptions) => withFactory(service, create(options)), {
    factory,
    mock,
  });
}

/** Makes a service with a factory, from services that are there, as a backend would. */
export async function makeFrom<TService>(
  factory: ServiceFactory<TService>,
  deps: Record<string, unknown>,
): Promise<TService> {
  const shape = factory as unknown as ServiceFactoryShape;
  const context = shape.createRootContext && (await shape.createRootContext(deps));
  return (await shape.factory(deps, context)) as TService;
}

/** The same factory, with some of the services that it depends on replaced. */
export function withDeps<TFactory extends ServiceFactory>(
  factory: TFactory,
  replace: (deps: Record<string, unknown>) => Record<string, unknown>,
): TFactory {
  const shape = factory as unknown as ServiceFactoryShape;
  const { createRootContext } = shape;
  return {
    ...shape,
    ...(createRootContext && {
      createRootContext: (deps: Record<string, unknown>) =>
        createRootContext({ ...deps, ...replace(deps) }),
    }),
    factory: (deps: Record<string, unknown>, context: unknown) =>
      shape.factory({ ...deps, ...replace(deps) }, context),
  } as unknown as TFactory;
}

/** Makes something at the first call, and remembers it. */
export function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
