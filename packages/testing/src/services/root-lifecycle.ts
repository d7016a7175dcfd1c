import { coreServices } from '@stagewire/plugin-api';
import type { DrivenRootLifecycle } from '@stagewire/plugin-api/internal';
import { RootLifecycle, rootLifecycleServiceFactory } from '@stagewire/services/rootLifecycle';
import { defineFake } from '../fake.js';
import { mockFunction } from '../mock-function.js';
import type { FakeLifecycleOptions } from './lifecycle.js';
import { fakeRootLogger } from './root-logger.js';

/**
 * `core.rootLifecycle`: the real one, whose `startup()`, `beforeShutdown()` and `shutdown()` the test
 * calls in the place of a backend.
 */
export const fakeRootLifecycle = defineFake({
  service: coreServices.rootLifecycle,
  create: ({ logger = fakeRootLogger() }: FakeLifecycleOptions = {}): DrivenRootLifecycle =>
    new RootLifecycle(logger),
  factory: () => rootLifecycleServiceFactory,
  mock: () => ({
    addStartupHook: mockFunction(),
    addBeforeShutdownHook: mockFunction(),
    addShutdownHook: mockFunction(),
  }),
});
