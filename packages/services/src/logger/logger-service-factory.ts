import { coreServices, createServiceFactory } from '@stagewire/plugin-api';

/**
 * `core.logger`: the root logger with the field `plugin`, which is the id of the plugin.
 *
 * @public
 */
export const loggerServiceFactory = createServiceFactory({
  service: coreServices.logger,
  deps: { rootLogger: coreServices.rootLogger, plugin: coreServices.pluginMetadata },
  factory: ({ rootLogger, plugin }) => rootLogger.child({ plugin: plugin.getId() }),
});
