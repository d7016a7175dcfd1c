import {
  coreServices,
  type RootInstanceMetadataService,
  type RootInstanceMetadataServicePluginInfo,
} from '@stagewire/plugin-api';
import { defineFake } from '../fake.js';
import { mockFunction } from '../mock-function.js';

/** What the backend consists of. @public */
export type FakeRootInstanceMetadataOptions = {
  /** `@default` none */
  plugins?: readonly RootInstanceMetadataServicePluginInfo[];
};

/**
 * `core.rootInstanceMetadata` of a backend with these plugins. Its factories are for a
 * `ServiceFactoryTester`: a backend brings its own, which cannot be replaced.
 */
export const fakeRootInstanceMetadata = defineFake({
  service: coreServices.rootInstanceMetadata,
  create(options: FakeRootInstanceMetadataOptions = {}): RootInstanceMetadataService {
    const plugins = Object.freeze([...(options.plugins ?? [])]);
    return { getInstalledPlugins: async () => plugins };
  },
  mock: () => ({ getInstalledPlugins: mockFunction() }),
});
