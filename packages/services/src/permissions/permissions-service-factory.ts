import { coreServices, createServiceFactory } from '@stagewire/plugin-api';
import { DefaultPermissionsService } from './default-permissions-service.js';
import { PermissionClient } from './permission-client.js';

/**
 * Decides what callers may do: `permission.enabled` switches the questions about users on.
 *
 * @public
 */
export const permissionsServiceFactory = createServiceFactory({
  service: coreServices.permissions,
  deps: {
    auth: coreServices.auth,
    config: coreServices.rootConfig,
    discovery: coreServices.discovery,
  },
  factory: ({ auth, config, discovery }) =>
    new DefaultPermissionsService({
      auth,
      client: new PermissionClient({ auth, discovery }),
      isEnabled: config.getOptionalBoolean('permission.enabled') ?? false,
      isBatching:
        config.getOptionalBoolean('permission.EXPERIMENTAL_enableBatchedRequests') ?? false,
    }),
});
