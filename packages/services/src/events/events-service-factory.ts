import { coreServices, createServiceFactory, eventsServiceRef } from '@stagewire/plugin-api';
import { EventBusClient } from './event-bus-client.js';
import { readEventBusMode } from './event-bus-mode.js';
import { LocalEventBus } from './local-event-bus.js';
import { PluginEventsService } from './plugin-events-service.js';
import { RemoteEventBus } from './remote-event-bus.js';

/**
 * Tells plugins about events: in the process through one bus in memory, and unless
 * `events.useEventBus` is `never`, between processes through the plugin `events`.
 *
 * @public
 */
export const eventsServiceFactory = createServiceFactory({
  service: eventsServiceRef,
  deps: {
    pluginMetadata: coreServices.pluginMetadata,
    rootLogger: coreServices.rootLogger,
    discovery: coreServices.discovery,
    logger: coreServices.logger,
    lifecycle: coreServices.lifecycle,
    auth: coreServices.auth,
    config: coreServices.rootConfig,
  },
  createRootContext({ rootLogger, config }) {
    return {
      mode: readEventBusMode(config),
      localBus: new LocalEventBus(rootLogger),
      tellAbsence: once(() =>
        rootLogger.info(
          'There is no plugin "events": events stay in this process. ' +
            'Set events.useEventBus to never, and nobody asks for it at start.',
        ),
      ),
    };
  },
  factory({ pluginMetadata, discovery, logger, lifecycle, auth }, { mode, localBus, tellAbsence }) {
    const remoteBus =
      mode === 'never'
        ? undefined
        : new RemoteEventBus({
            client: new EventBusClient({ auth, discovery }),
            mode,
            logger,
            onAbsent: tellAbsence,
          });
    return new PluginEventsService({
      plugin: pluginMetadata,
      localBus,
      remoteBus,
      lifecycle,
      logger,
    });
  },
});

function once(action: () => void): () => void {
  let done = false;
  return () => {
    if (!done) action();
    done = true;
  };
}
