import {
  coreServices,
  type RootHealthService,
  type RootLifecycleService,
} from '@stagewire/plugin-api';
import { RootHealth, rootHealthServiceFactory } from '@stagewire/services/rootHealth';
import { defineFake } from '../fake.js';
import { mockFunction } from '../mock-function.js';
import { fakeRootLifecycle } from './root-lifecycle.js';

/** What health follows. @public */
export type FakeRootHealthOptions = {
  /** `@default` that of a backend which has started */
  lifecycle?: RootLifecycleService;
};

/** `core.rootHealth`: the real one, of a backend that has started unless told otherwise. */
export const fakeRootHealth = defineFake({
  service: coreServices.rootHealth,
  create({ lifecycle }: FakeRootHealthOptions = {}): RootHealthService {
    if (lifecycle) return new RootHealth(lifecycle);
    const started = fakeRootLifecycle();
    const health = new RootHealth(started);
    void started.startup(); // never rejects, and runs the hook of `health` before it returns
    return health;
  },
  factory: () => rootHealthServiceFactory,
  mock: () => ({
    getLiveness: mockFunction(),
    getReadiness: mockFunction(),
  }),
});
