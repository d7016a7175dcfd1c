import {
  coreServices,
  decorateService,
  type AuthService,
  type BackendFeature,
  type DiscoveryService,
} from '@stagewire/plugin-api';
import { cliErrors } from '../../../errors.js';
import type { Proxy } from '../alone-plugin.js';

/** The services through which a plugin finds the plugins of a backend that runs elsewhere. */
export function createProxiedServices(proxy: Proxy): BackendFeature[] {
  return [
    decorateService({
      service: coreServices.discovery,
      decorate: (inner) => toProxied(inner, proxy),
    }),
    decorateService({
      service: coreServices.auth,
      decorate: (inner) => withGivenToken(inner, proxy),
    }),
  ];
}

function toProxied(inner: DiscoveryService, { url, pluginIds }: Proxy): DiscoveryService {
  const find = (pluginId: string, ask: (pluginId: string) => Promise<string>) =>
    pluginIds.includes(pluginId) ? ask(pluginId) : Promise.resolve(`${url}/api/${pluginId}`);
  return {
    getBaseUrl: (pluginId) => find(pluginId, (id) => inner.getBaseUrl(id)),
    getExternalBaseUrl: (pluginId) => find(pluginId, (id) => inner.getExternalBaseUrl(id)),
  };
}

/** The other backend knows neither the keys nor the fakes of this one: it gets what the developer has. */
function withGivenToken(inner: AuthService, { token, pluginIds }: Proxy): Partial<AuthService> {
  return {
    async getPluginRequestToken(options) {
      const { targetPluginId } = options;
      if (pluginIds.includes(targetPluginId)) return inner.getPluginRequestToken(options);
      if (token === undefined) throw cliErrors.devProxyToken(targetPluginId);
      return { token };
    },
  };
}
