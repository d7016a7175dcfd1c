import type { Config, JsonObject } from '@stagewire/config';
import type { LoggerService } from '@stagewire/plugin-api';
import { findSecrets, toServerUrl } from './connection-settings.js';

/** A cluster as it is configured, and what may and must not be told of it. */
export type ClusterSettings = {
  settings: JsonObject & { rootNodes: JsonObject[]; defaults?: JsonObject };
  /** Of the nodes that are asked first, without credentials. */
  address: string;
  secrets: string[];
};

/** Reads `backend.cache.<store>.cluster`; one without `rootNodes` is told of, and is none. */
export function readCluster(
  config: Config,
  store: 'redis' | 'valkey',
  logger: LoggerService,
): ClusterSettings | undefined {
  const key = `backend.cache.${store}.cluster`;
  if (!config.has(key)) return undefined;
  if (!config.has(`${key}.rootNodes`)) {
    logger.warn(`${key} is ignored: it has no rootNodes`);
    return undefined;
  }
  // Read as configuration, so that what is no list of objects is told with its place.
  const nodes = config.getConfigArray(`${key}.rootNodes`);
  const rootNodes = nodes.map((node) => node.get<JsonObject>());
  const defaults = config.getOptionalConfig(`${key}.defaults`)?.get<JsonObject>();
  const places = nodes.map((node, index) => {
    const url = node.getOptionalString('url');
    if (url !== undefined) return toServerUrl(store, url, `${key}.rootNodes[${index}].url`);
    const host = node.getOptionalString('socket.host') ?? node.getOptionalString('host');
    const port = node.getOptional('socket.port') ?? node.getOptional('port') ?? 6379;
    return { address: `${host ?? 'localhost'}:${port}`, secrets: [] };
  });
  return {
    settings: { ...config.get<JsonObject>(key), rootNodes, ...(defaults && { defaults }) },
    address: places.map(({ address }) => address).join(', '),
    secrets: [
      ...places.flatMap(({ secrets }) => secrets),
      ...findSecrets(rootNodes),
      ...findSecrets(defaults),
    ],
  };
}
