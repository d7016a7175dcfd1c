import type { AddressInfo } from 'node:net';
import {
  coreServices,
  createServiceFactory,
  type DiscoveryService,
  type RootHttpRouterService,
} from '@stagewire/plugin-api';
import { HTTP_SERVER, mountsPlugins } from '@stagewire/services/rootHttpRouter';
import { defineFake } from '../fake.js';

/** Where the backend is. @public */
export type FakeDiscoveryOptions = {
  /** Without a slash at its end. `@default` `'http://localhost:7007'`, in a backend its server */
  baseUrl?: string;
};

const DEFAULT_BASE_URL = 'http://localhost:7007';

/**
 * `core.discovery` for which all plugins are in one backend, internal and external URLs alike. In a
 * backend, it finds the port that the server got; it reads no configuration.
 */
export const fakeDiscovery = defineFake({
  service: coreServices.discovery,
  create: ({ baseUrl = DEFAULT_BASE_URL }: FakeDiscoveryOptions = {}) => discoverAt(() => baseUrl),
  factory: (options) =>
    createServiceFactory({
      service: coreServices.discovery,
      deps: { rootHttpRouter: coreServices.rootHttpRouter },
      factory: ({ rootHttpRouter }) =>
        discoverAt(() => options?.baseUrl ?? findBaseUrl(rootHttpRouter) ?? DEFAULT_BASE_URL),
    }),
});

function discoverAt(getBaseUrl: () => string): DiscoveryService {
  const find = async (pluginId: string) => `${getBaseUrl()}/api/${encodeURIComponent(pluginId)}`;
  return { getBaseUrl: find, getExternalBaseUrl: find };
}

/** Where the server of a root router listens; undefined when it does not, or is not our own. */
export function findBaseUrl(rootHttpRouter: RootHttpRouterService): string | undefined {
  if (!mountsPlugins(rootHttpRouter)) return undefined;
  const server = rootHttpRouter[HTTP_SERVER];
  const address = server.address() as AddressInfo | null; // a pipe has no base URL, and is not used
  const scheme = 'setSecureContext' in server ? 'https' : 'http';
  return address ? `${scheme}://localhost:${address.port}` : undefined;
}
