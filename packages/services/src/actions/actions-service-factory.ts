import { coreServices, createServiceFactory } from '@stagewire/plugin-api';
import { actionsServiceRef } from '@stagewire/plugin-api/alpha';
import { HttpActionsService } from './http-actions-service.js';

/**
 * Calls the actions of the plugins on `backend.actions.pluginSources`.
 *
 * @public
 */
export const actionsServiceFactory = createServiceFactory({
  service: actionsServiceRef,
  deps: {
    discovery: coreServices.discovery,
    config: coreServices.rootConfig,
    logger: coreServices.logger,
    auth: coreServices.auth,
  },
  factory: (deps) => new HttpActionsService(deps),
});
