import type { AddressInfo } from 'node:net';
import {
  coreServices,
  createServiceFactory,
  type DiscoveryService,
  type RootHttpRouterService,
} from '@stagewire/plugin-api';
import { HTTP_SERVER, mountsPlugins } from '@stagewire/services/rootHttpRouter';
import { defineFake } from '../fake.js';
import { mockFunction } from '../mock-function.js';
import { connectPeer, type MockPeer } from '../mock-peer.js';

/** Where the backend is. @public */
export type FakeDiscoveryOptions = {
  /** Without a slash at its end. `@default` `'http://localhost:7007'`, in a backend its server */
  baseUrl?: string;
  /** Plugins that are somewhere else, or have a peer in front of them. `@default` none */
  peers?: readonly MockPeer[];
};

const DEFAULT_BASE_URL = 'http://localhost:7007';

/**
 * `core.discovery` for which all plugins are in one backend, internal and external URLs alike. In a
 * backend, it finds the port that the server got; it reads no configuration.
 */
export const fakeDiscovery = defineFake({
  service: coreServices.discovery,
  create: ({ baseUrl = DEFAULT_BASE_URL, peers }: FakeDiscoveryOptions = {}) =>
    discoverAt(() => baseUrl, peers),
  factory: ({ baseUrl, peers }: FakeDiscoveryOptions = {}) =>
    createServiceFactory({
      service: coreServices.discovery,
      deps: { rootHttpRouter: coreServices.rootHttpRouter },
      factory: ({ rootHttpRouter }) =>
        discoverAt(() => baseUrl ?? findBaseUrl(rootHttpRouter) ?? DEFAULT_BASE_URL, peers),
    }),
  mock: () => ({
    getBaseUrl: mockFunction(),
    getExternalBaseUrl: mockFunction(),
  }),
});

function discoverAt(getBaseUrl: () => string, peers: readonly MockPeer[] = []): DiscoveryService {
  for (const peer of peers) connectPeer(peer, getBaseUrl);
  const find = async (id: string) =>
    peers.find(({ pluginId }) => pluginId === id)?.url ??
    `${getBaseUrl()}/api/${encodeURIComponent(id)}`;
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
