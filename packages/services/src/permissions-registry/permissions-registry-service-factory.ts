import { coreServices, createServiceFactory } from '@stagewire/plugin-api';
import { createPermissionsHandler } from './permissions-handler.js';
import { PluginPermissionsRegistry } from './plugin-permissions-registry.js';
import { RegisteredPermissions } from './registered-permissions.js';

/**
 * Takes the permissions of a plugin, and offers them below `/.well-known/backstage/permissions` of
 * its HTTP routes.
 *
 * @public
 */
export const permissionsRegistryServiceFactory = createServiceFactory({
  service: coreServices.permissionsRegistry,
  deps: {
    auth: coreServices.auth,
    httpAuth: coreServices.httpAuth,
    lifecycle: coreServices.lifecycle,
    httpRouter: coreServices.httpRouter,
    plugin: coreServices.pluginMetadata,
  },
  factory({ auth, httpAuth, lifecycle, httpRouter, plugin }) {
    const registered = new RegisteredPermissions();
    const registry = new PluginPermissionsRegistry({ pluginId: plugin.getId(), registered });
    httpRouter.use(createPermissionsHandler({ registered, auth, httpAuth }));
    lifecycle.addStartupHook(() => registry.close());
    return registry;
  },
});
