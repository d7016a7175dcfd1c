import { ConfigReader, type JsonArray } from '@stagewire/config';
import type { RootSystemMetadataService } from '@stagewire/plugin-api';
import type { ServiceFactoryShape } from '@stagewire/plugin-api/internal';
import { describe, expect, it } from 'vitest';
import { rootSystemMetadataServiceFactory } from '../../src/system-metadata/root-system-metadata-service-factory.js';

describe('the plugins of the system', () => {
  it('are those of discovery.endpoints, then those of this backend', async () => {
    const { metadata } = await setUp([
      { target: 'http://a.example', plugins: ['search', 'techdocs'] },
      { target: 'http://b.example', plugins: ['techdocs', 'app'] },
    ]);

    expect(await metadata.getInstalledPlugins()).toEqual([
      { pluginId: 'search' },
      { pluginId: 'techdocs' },
      { pluginId: 'app' },
      { pluginId: 'catalog' },
    ]);
  });

  it('[SQ11] are told once each, and do not count the entry for any plugin', async () => {
    const { metadata } = await setUp([{ target: 'http://a.example', plugins: ['*', 'catalog'] }]);

    expect(await metadata.getInstalledPlugins()).toEqual([
      { pluginId: 'catalog' },
      { pluginId: 'app' },
    ]);
  });

  it('follow a change of the configuration', async () => {
    const { metadata, config } = await setUp([]);

    const endpoints = [{ target: 'http://a.example', plugins: ['search'] }];
    config.current = new ConfigReader({ discovery: { endpoints } });

    expect(await metadata.getInstalledPlugins()).toContainEqual({ pluginId: 'search' });
  });
});

/** The metadata of a system; this backend has the plugins app and catalog. */
async function setUp(endpoints: JsonArray) {
  const config = { current: new ConfigReader({ discovery: { endpoints } }) };
  const { factory } = rootSystemMetadataServiceFactory as unknown as ServiceFactoryShape;
  const metadata = (await factory(
    {
      config: {
        getOptionalConfigArray: (key: string) => config.current.getOptionalConfigArray(key),
      },
      instance: {
        getInstalledPlugins: async () => [
          { pluginId: 'app', modules: [] },
          { pluginId: 'catalog', modules: [] },
        ],
      },
    },
    undefined,
  )) as RootSystemMetadataService;
  return { metadata, config };
}
