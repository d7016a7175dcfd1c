import { coreServices, type LoggerService } from '@stagewire/plugin-api';
import type { DrivenLifecycle } from '@stagewire/plugin-api/internal';
import { lifecycleServiceFactory, PluginLifecycle } from '@stagewire/services/lifecycle';
import { defineFake } from '../fake.js';
import { mockFunction } from '../mock-function.js';
import { fakeLogger } from './logger.js';

/** Who is told of hooks. @public */
export type FakeLifecycleOptions = {
  /** `@default` a fake one */
  logger?: LoggerService;
};

/**
 * `core.lifecycle`: the real one, whose `startup()` and `shutdown()` the test calls in the place of a
 * backend.
 */
export const fakeLifecycle = defineFake({
  service: coreServices.lifecycle,
  create: ({ logger = fakeLogger() }: FakeLifecycleOptions = {}): DrivenLifecycle =>
    new PluginLifecycle(logger),
  factory: () => lifecycleServiceFactory,
  mock: () => ({
    addStartupHook: mockFunction(),
    addShutdownHook: mockFunction(),
  }),
});
