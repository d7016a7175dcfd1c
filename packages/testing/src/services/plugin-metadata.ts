import { coreServices, type PluginMetadataService } from '@stagewire/plugin-api';
import { defineFake } from '../fake.js';
import { mockFunction } from '../mock-function.js';

/**
 * `core.pluginMetadata` of a plugin, `test` if none is named. Its factories are for a
 * `ServiceFactoryTester`: a backend brings its own, which cannot be replaced.
 */
export const fakePluginMetadata = defineFake({
  service: coreServices.pluginMetadata,
  create: ({ pluginId = 'test' }: { pluginId?: string } = {}): PluginMetadataService => ({
    getId: () => pluginId,
  }),
  mock: () => ({ getId: mockFunction(() => 'test') }),
});
