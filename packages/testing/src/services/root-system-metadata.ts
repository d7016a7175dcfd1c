import { coreServices, type RootSystemMetadataService } from '@stagewire/plugin-api';
import { rootSystemMetadataServiceFactory } from '@stagewire/services/rootSystemMetadata';
import { defineFake } from '../fake.js';
import { mockFunction } from '../mock-function.js';

/** What is installed in the system. @public */
export type FakeRootSystemMetadataOptions = {
  /** Plugin ids. `@default` none */
  plugins?: readonly string[];
};

/**
 * `core.rootSystemMetadata` of a system with these plugins. In a backend, it is the real one unless
 * plugins are named.
 */
export const fakeRootSystemMetadata = defineFake({
  service: coreServices.rootSystemMetadata,
  create: ({ plugins = [] }: FakeRootSystemMetadataOptions = {}): RootSystemMetadataService => ({
    getInstalledPlugins: async () => plugins.map((pluginId) => ({ pluginId })),
  }),
  factory: (options) => (options?.plugins ? undefined : rootSystemMetadataServiceFactory),
  mock: () => ({
    getInstalledPlugins: mockFunction(),
  }),
});
