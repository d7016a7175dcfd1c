import type { PluginMetadataService } from '@stagewire/plugin-api';

/**
 * `core.pluginMetadata` of a plugin, `test` if none is named. It has no factory: a backend brings its
 * own, which cannot be replaced.
 */
export function fakePluginMetadata(options: { pluginId?: string } = {}): PluginMetadataService {
  const { pluginId = 'test' } = options;
  return { getId: () => pluginId };
}
