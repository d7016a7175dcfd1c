import {
  eventsServiceRef,
  type EventParams,
  type EventsService,
  type LoggerService,
} from '@stagewire/plugin-api';
import { eventsServiceFactory } from '@stagewire/services';
import { defineFake, makeFrom, once, withDeps } from '../fake.js';
import { mockFunction } from '../mock-function.js';
import { fakeLifecycle } from './lifecycle.js';
import { fakeLogger } from './logger.js';
import { fakePluginMetadata } from './plugin-metadata.js';
import { fakeRootConfig } from './root-config.js';

/** An events service that keeps what is published. @public */
export interface FakeEvents extends EventsService {
  /** What was published through this fake, in order. */
  readonly published: readonly EventParams[];
}

/**
 * `events.service`: the real one, which never speaks to a plugin `events`. In a backend, events pass
 * between all plugins of the process.
 */
export const fakeEvents = defineFake({
  service: eventsServiceRef,
  create({ logger = fakeLogger() }: { logger?: LoggerService } = {}): FakeEvents {
    const published: EventParams[] = [];
    const makeReal = once(() =>
      makeFrom(eventsServiceFactory, {
        pluginMetadata: fakePluginMetadata(),
        rootLogger: logger,
        logger,
        lifecycle: fakeLifecycle({ logger }),
        config: localOnly(),
      }),
    );
    return {
      published,
      async publish(event) {
        published.push(event);
        await (await makeReal()).publish(event);
      },
      subscribe: async (options) => (await makeReal()).subscribe(options),
    };
  },
  factory: () => withDeps(eventsServiceFactory, () => ({ config: localOnly() })),
  mock: () => ({
    publish: mockFunction(),
    subscribe: mockFunction(),
  }),
});

function localOnly() {
  return fakeRootConfig({ data: { events: { useEventBus: 'never' } } });
}
