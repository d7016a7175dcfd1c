import {
  connectionsServiceRef,
  coreServices,
  createServiceFactory,
  type ConnectionsService,
} from '@stagewire/plugin-api';
import { ConfiguredConnections } from './configured-connections.js';
import { PluginConnections } from './plugin-connections.js';

/**
 * `core.connections`: the systems outside that `connections` configures, or else `integrations`,
 * for each plugin those that it may use.
 *
 * @remarks
 * Experimental in the ecosystem. A plugin or module finds only types that it declared.
 *
 * @public
 */
export const connectionsServiceFactory = createServiceFactory({
  service: connectionsServiceRef,
  deps: {
    config: coreServices.rootConfig,
    rootLogger: coreServices.rootLogger,
    plugin: coreServices.pluginMetadata,
  },
  createRootContext: ({ config, rootLogger }) => new ConfiguredConnections(config, rootLogger),
  factory: ({ plugin }, connections) =>
    // The fields of each type are those of the library's schemas, which the interface repeats.
    new PluginConnections(plugin.getId(), connections) as unknown as ConnectionsService,
});
