import { createServiceFactory, type ServiceFactory, type ServiceRef } from '@stagewire/plugin-api';

export type Scope = 'root' | 'plugin';

/** A fake, and how a backend gets this very one. @public */
export type Fake<TFake, TService, TScope extends Scope> = TFake & {
  /** Gives this fake to a backend, to all of its plugins, so that a test can look at it after. */
  readonly factory: ServiceFactory<TService, TScope, 'singleton'>;
};

/** Not enumerable, so that a fake is compared and shown like the service that it stands for. */
export function withFactory<TService, TScope extends Scope, TFake extends TService>(
  service: ServiceRef<TService, TScope, 'singleton'>,
  fake: TFake,
): Fake<TFake, TService, TScope> {
  Object.defineProperty(fake, 'factory', { get: () => factoryOf(service, () => fake) });
  return fake as Fake<TFake, TService, TScope>;
}

/** A factory that needs no other service. */
export function factoryOf<TService, TScope extends Scope>(
  service: ServiceRef<TService, TScope, 'singleton'>,
  make: () => TService,
): ServiceFactory<TService, TScope, 'singleton'> {
  // Which of the two forms it is, root or plugin, is known by the caller only.
  const factory = createServiceFactory({ service, deps: {}, factory: make } as never);
  return factory as unknown as ServiceFactory<TService, TScope, 'singleton'>;
}
