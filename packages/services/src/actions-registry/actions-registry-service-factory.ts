import { coreServices, createServiceFactory } from '@stagewire/plugin-api';
import { actionsRegistryServiceRef } from '@stagewire/plugin-api/alpha';
import { ActionVisibility } from './action-visibility.js';
import { createActionsHandler } from './actions-handler.js';
import { PluginActionsRegistry } from './plugin-actions-registry.js';

/**
 * Takes the actions of a plugin, and offers them below `/.backstage/actions` of its HTTP routes.
 *
 * @public
 */
export const actionsRegistryServiceFactory = createServiceFactory({
  service: actionsRegistryServiceRef,
  deps: {
    pluginMetadata: coreServices.pluginMetadata,
    httpRouter: coreServices.httpRouter,
    httpAuth: coreServices.httpAuth,
    logger: coreServices.logger,
    auth: coreServices.auth,
    config: coreServices.rootConfig,
    permissions: coreServices.permissions,
    permissionsRegistry: coreServices.permissionsRegistry,
  },
  factory(deps) {
    const { pluginMetadata, httpRouter, httpAuth, logger, auth, config, permissions } = deps;
    const pluginId = pluginMetadata.getId();
    const registry = new PluginActionsRegistry({
      pluginId,
      permissionsRegistry: deps.permissionsRegistry,
    });
    const visibility = new ActionVisibility({ pluginId, config, permissions });
    httpRouter.use(createActionsHandler({ registry, visibility, auth, httpAuth, logger }));
    return registry;
  },
});
