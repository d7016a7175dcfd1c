import { coreServices, createServiceFactory } from '@stagewire/plugin-api';
import { DefaultHttpAuthService } from './default-http-auth-service.js';

/**
 * Reads who makes a request from its bearer token, or from the cookie of a user.
 *
 * @public
 */
export const httpAuthServiceFactory = createServiceFactory({
  service: coreServices.httpAuth,
  deps: {
    auth: coreServices.auth,
    discovery: coreServices.discovery,
    plugin: coreServices.pluginMetadata,
    logger: coreServices.logger,
  },
  factory: ({ auth, discovery, plugin, logger }) =>
    DefaultHttpAuthService.create({ auth, discovery, pluginId: plugin.getId(), logger }),
});
