import type { ServiceFactory } from '@stagewire/plugin-api';
import {
  actionsRegistryServiceFactory,
  actionsServiceFactory,
  auditorServiceFactory,
  authServiceFactory,
  cacheServiceFactory,
  connectionsServiceFactory,
  databaseServiceFactory,
  discoveryServiceFactory,
  eventsServiceFactory,
  httpAuthServiceFactory,
  httpRouterServiceFactory,
  instanceMetadataServiceFactory,
  lifecycleServiceFactory,
  loggerServiceFactory,
  metricsServiceFactory,
  permissionsRegistryServiceFactory,
  permissionsServiceFactory,
  rootConfigServiceFactory,
  rootHealthServiceFactory,
  rootHttpRouterServiceFactory,
  rootLifecycleServiceFactory,
  rootLoggerServiceFactory,
  rootSystemMetadataServiceFactory,
  schedulerServiceFactory,
  tracingServiceFactory,
  urlReaderServiceFactory,
  userInfoServiceFactory,
} from '@stagewire/services';

/**
 * The built-in services, in the order in which eager ones are made. It is the stock backend's
 * order, so that replacements find the same services already there. Last come connections, which the
 * stock backend leaves to a default factory of the ref.
 *
 * @public
 */
export const defaultServiceFactories: readonly ServiceFactory[] = [
  auditorServiceFactory,
  authServiceFactory,
  cacheServiceFactory,
  rootConfigServiceFactory,
  databaseServiceFactory,
  discoveryServiceFactory,
  httpAuthServiceFactory,
  httpRouterServiceFactory,
  lifecycleServiceFactory,
  loggerServiceFactory,
  permissionsServiceFactory,
  permissionsRegistryServiceFactory,
  rootHealthServiceFactory,
  rootHttpRouterServiceFactory,
  rootLifecycleServiceFactory,
  rootLoggerServiceFactory,
  rootSystemMetadataServiceFactory,
  schedulerServiceFactory,
  userInfoServiceFactory,
  urlReaderServiceFactory,
  eventsServiceFactory,
  actionsRegistryServiceFactory,
  actionsServiceFactory,
  metricsServiceFactory,
  tracingServiceFactory,
  instanceMetadataServiceFactory,
  connectionsServiceFactory,
];
