import { ConfigReader } from '@stagewire/config';
import { expect, it } from 'vitest';
import { HostDiscovery } from '../../src/discovery/host-discovery.js';

it('discovery can be made of a configuration alone', async () => {
  const config = new ConfigReader({
    backend: { baseUrl: 'https://portal.example', listen: { port: 7007 } },
  });

  const discovery = HostDiscovery.fromConfig(config);

  expect(await discovery.getExternalBaseUrl('todo')).toBe('https://portal.example/api/todo');
});
