import {
  coreServices,
  createServiceFactory,
  type RootHealthService,
  type RootLifecycleService,
} from '@stagewire/plugin-api';

/** Follows the backend's lifecycle: ready from the end of the start to the wish to stop. @internal */
export class RootHealth implements RootHealthService {
  #state: 'starting' | 'up' | 'stopping' = 'starting';

  constructor(lifecycle: RootLifecycleService) {
    lifecycle.addStartupHook(() => {
      // A backend can be told to stop while it still starts; it must not look ready after that.
      if (this.#state === 'starting') this.#state = 'up';
    });
    lifecycle.addBeforeShutdownHook(() => {
      this.#state = 'stopping';
    });
  }

  async getLiveness() {
    return { status: 200, payload: { status: 'ok' } };
  }

  async getReadiness() {
    switch (this.#state) {
      case 'starting':
        return notReady('Backend has not started yet');
      case 'stopping':
        return notReady('Backend is shutting down');
      default:
        return { status: 200, payload: { status: 'ok' } };
    }
  }
}

function notReady(message: string) {
  return { status: 503, payload: { message, status: 'error' } };
}

/**
 * `core.rootHealth`: alive as long as the process answers; ready once all startup hooks of the
 * backend have been called, until its shutdown begins.
 *
 * @public
 */
export const rootHealthServiceFactory = createServiceFactory({
  service: coreServices.rootHealth,
  deps: { lifecycle: coreServices.rootLifecycle },
  factory: ({ lifecycle }): RootHealthService => new RootHealth(lifecycle),
});
