import type { Config } from '@stagewire/config';
import { isHttps } from '../http/is-https.js';
import { readListenAddress, toReachable } from '../http/listen-address.js';
import { discoveryErrors } from './errors.js';
import { isSrvUrl, type SrvResolver } from './srv-resolver.js';

/** Finds the base URL of a plugin at this moment, without a trailing slash. */
export type Resolve = (pluginId: string) => Promise<string>;

/** The base URLs of plugins, as the backend itself and as the outside reaches them. */
export type Endpoints = { internal: Resolve; external: Resolve };

const EVERY_PLUGIN = '*';
const PLUGIN_ID = /\{\{\s*pluginId\s*\}\}/g;

/**
 * Reads where plugins are reached: `discovery.endpoints`, or else `backend.baseUrl` and
 * `backend.listen`.
 *
 * @throws `E_CONFIG_MISSING` without `backend.baseUrl`; `E_DISCOVERY_TARGET`,
 *   `E_DISCOVERY_EXTERNAL_SRV`, `E_DISCOVERY_SRV_URL`, `E_LISTEN_ADDRESS`
 */
export function readEndpoints(config: Config, srv: SrvResolver): Endpoints {
  const internal = new Map([[EVERY_PLUGIN, toResolve(readInternalDefault(config), srv)]]);
  const external = new Map([[EVERY_PLUGIN, toResolve(readExternalDefault(config), srv)]]);
  for (const endpoint of config.getOptionalConfigArray('discovery.endpoints') ?? []) {
    const target = readTarget(endpoint);
    for (const pluginId of endpoint.getStringArray('plugins')) {
      if (target.internal) internal.set(pluginId, toResolve(target.internal, srv));
      if (target.external) external.set(pluginId, toExternalResolve(target.external, srv));
    }
  }
  return { internal: toLookup(internal), external: toLookup(external) };
}

function readInternalDefault(config: Config): string {
  const { host, port } = readListenAddress(config);
  const protocol = isHttps(config) ? 'https' : 'http';
  return `${protocol}://${toReachable(host)}:${port}/api/{{pluginId}}`;
}

function readExternalDefault(config: Config): string {
  return `${trimSlashes(config.getString('backend.baseUrl'))}/api/{{pluginId}}`;
}

type Target = { internal?: string; external?: string };

function readTarget(endpoint: Config): Target {
  const target = endpoint.get('target');
  if (typeof target === 'string') {
    const url = endpoint.getString('target');
    return { internal: url, external: url };
  }
  const internal = endpoint.getOptionalString('target.internal');
  const external = endpoint.getOptionalString('target.external');
  if (!internal && !external) throw discoveryErrors.noTarget(endpoint.getStringArray('plugins'));
  return { internal, external };
}

function toExternalResolve(target: string, srv: SrvResolver): Resolve {
  if (isSrvUrl(target)) throw discoveryErrors.externalSrv(target);
  return toResolve(target, srv);
}

function toResolve(target: string, srv: SrvResolver): Resolve {
  const template = trimSlashes(target);
  if (!isSrvUrl(template)) return async (pluginId) => fillIn(template, pluginId);
  srv.check(fillIn(template, 'any'));
  return (pluginId) => srv.resolve(fillIn(template, pluginId));
}

function toLookup(resolves: ReadonlyMap<string, Resolve>): Resolve {
  return async (pluginId) => {
    const resolve = resolves.get(pluginId) ?? resolves.get(EVERY_PLUGIN);
    return resolve!(pluginId);
  };
}

function fillIn(template: string, pluginId: string): string {
  return template.replace(PLUGIN_ID, () => encodeURIComponent(pluginId));
}

function trimSlashes(url: string): string {
  let end = url.length;
  while (url[end - 1] === '/') end -= 1;
  return url.slice(0, end);
}
