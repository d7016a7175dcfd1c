import { createServiceFactory, type ServiceFactory, type ServiceRef } from '@stagewire/plugin-api';
import type { ServiceFactoryShape } from '@stagewire/plugin-api/internal';

type Scope = 'root' | 'plugin';

/** A fake, and how a backend gets this very one. @public */
export type Fake<TFake, TService, TScope extends Scope> = TFake & {
  /** Gives this fake to a backend, to all of its plugins, so that a test can look at it after. */
  readonly factory: ServiceFactory<TService, TScope, 'singleton'>;
};

/** Makes fakes of one service. @public */
export interface FakeService<TService, TScope extends Scope, TFake extends TService, TOptions> {
  /** Makes a fake that stands by itself. */
  (options?: TOptions): Fake<TFake, TService, TScope>;

  /** Makes a factory for a backend in a test. */
  factory(options?: TOptions): ServiceFactory<TService, TScope, 'singleton'>;
}

/** How the fakes of a service are made. */
type FakeDefinition<TService, TScope extends Scope, TFake extends TService, TOptions> = {
  service: ServiceRef<TService, TScope, 'singleton'>;
  create(options?: TOptions): TFake;
  /** What a backend gets; without it, or when it is undefined, each scope gets a fake of its own. */
  factory?(options?: TOptions): ServiceFactory<TService, TScope, 'singleton'> | undefined;
};

/** Puts the two ways to get a fake together. */
export function defineFake<TService, TScope extends Scope, TFake extends TService, TOptions>(
  definition: FakeDefinition<TService, TScope, TFake, TOptions>,
): FakeService<TService, TScope, TFake, TOptions> {
  const { service, create } = definition;
  const factory = (options?: TOptions) =>
    definition.factory?.(options) ?? factoryOf(service, () => create(options));
  return Object.assign((options?: TOptions) => withFactory(service, create(options)), { factory });
}

/** Not enumerable, so that a fake is compared and shown like the service that it stands for. */
function withFactory<TService, TScope extends Scope, TFake extends TService>(
  service: ServiceRef<TService, TScope, 'singleton'>,
  fake: TFake,
): Fake<TFake, TService, TScope> {
  Object.defineProperty(fake, 'factory', { get: () => factoryOf(service, () => fake) });
  return fake as Fake<TFake, TService, TScope>;
}

function factoryOf<TService, TScope extends Scope>(
  service: ServiceRef<TService, TScope, 'singleton'>,
  make: () => TService,
): ServiceFactory<TService, TScope, 'singleton'> {
  // Which of the two forms it is, root or plugin, is known by the caller only.
  const factory = createServiceFactory({ service, deps: {}, factory: make } as never);
  return factory as unknown as ServiceFactory<TService, TScope, 'singleton'>;
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
