import type { ServiceFactoryShape } from '@stagewire/plugin-api/internal';
import { describe, expect, it } from 'vitest';
import {
  instanceMetadataServiceFactory,
  type InstanceMetadataService,
} from '../../src/instance-metadata/instance-metadata-service-factory.js';

describe('the legacy instance metadata', () => {
  it('[W12.2] lists each plugin followed by its modules, as core.instanceMetadata', async () => {
    const { service, factory } = instanceMetadataServiceFactory as unknown as ServiceFactoryShape;
    const instance = {
      getInstalledPlugins: async () => [
        { pluginId: 'catalog', modules: [{ moduleId: 'github' }, { moduleId: 'ldap' }] },
        { pluginId: 'search', modules: [] },
      ],
    };

    const metadata = (await factory({ instance }, undefined)) as InstanceMetadataService;

    expect(service).toMatchObject({ id: 'core.instanceMetadata', scope: 'plugin' });
    expect(metadata.getInstalledFeatures()).toEqual([
      { type: 'plugin', pluginId: 'catalog' },
      { type: 'module', pluginId: 'catalog', moduleId: 'github' },
      { type: 'module', pluginId: 'catalog', moduleId: 'ldap' },
      { type: 'plugin', pluginId: 'search' },
    ]);
  });
});
