import { coreServices, createServiceFactory } from '@stagewire/plugin-api';
import { SystemMetadata } from './system-metadata.js';

/**
 * Tells which plugins are installed in the whole system.
 *
 * @public
 */
export const rootSystemMetadataServiceFactory = createServiceFactory({
  service: coreServices.rootSystemMetadata,
  deps: {
    config: coreServices.rootConfig,
    instance: coreServices.rootInstanceMetadata,
  },
  factory: (deps) => new SystemMetadata(deps),
});
