import type {
  RootInstanceMetadataService,
  RootInstanceMetadataServicePluginInfo,
} from '@stagewire/plugin-api';

/**
 * `core.rootInstanceMetadata` of a backend with these plugins, none if not told. It has no factory: a
 * backend brings its own, which cannot be replaced.
 */
export function fakeRootInstanceMetadata(
  options: { plugins?: readonly RootInstanceMetadataServicePluginInfo[] } = {},
): RootInstanceMetadataService {
  const plugins = Object.freeze([...(options.plugins ?? [])]);
  return { getInstalledPlugins: async () => plugins };
}
