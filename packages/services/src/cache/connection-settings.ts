import type { Config, JsonObject } from '@stagewire/config';
import type { LoggerService } from '@stagewire/plugin-api';
import { cacheErrors } from './errors.js';

const CONNECTION = 'backend.cache.connection';

/** A URL of a server, for its client, and what may be told of it. */
export type ServerUrl = {
  url: string;
  /** Without credentials. */
  address: string;
  /** What must not be told: the password, as it is written and as it is meant. */
  secrets: string[];
};

/**
 * Reads the connection of a store that takes no object.
 *
 * @throws `E_CACHE_CONNECTION` when it is an object
 */
export function readConnectionText(config: Config): string | undefined {
  if (typeof config.getOptional(CONNECTION) === 'object') {
    throw cacheErrors.connectionForm(config.getOptionalString('backend.cache.store') ?? 'memory');
  }
  return config.getOptionalString(CONNECTION);
}

/** Reads a connection that is a URL, or an object of a URL and what else the client takes. */
export function readConnection(config: Config): { url?: string; options: JsonObject } {
  if (typeof config.getOptional(CONNECTION) !== 'object') {
    const url = config.getOptionalString(CONNECTION);
    return { ...(url !== undefined && { url }), options: {} };
  }
  const { url: _url, ...options } = config.get<JsonObject>(CONNECTION);
  return { url: config.getString(`${CONNECTION}.url`), options };
}

/** Says that a store is used without a word about where it is. */
export function warnOfNoConnection(config: Config, store: string, logger: LoggerService): void {
  if (config.has(CONNECTION) || config.has(`backend.cache.${store}`)) return;
  logger.warn(
    `backend.cache has neither connection nor ${store}: the ${store} server of this machine is used`,
  );
}

/**
 * Checks the URL of a Redis or Valkey server.
 *
 * @throws `E_CACHE_CONNECTION_URL`, without the URL, which may hold a password
 */
export function toServerUrl(store: string, text: string, key = CONNECTION): ServerUrl {
  try {
    const url = new URL(text);
    const isKnown = url.protocol === 'redis:' || url.protocol === 'rediss:';
    if (!isKnown || url.hostname === '' || !/^(\/\d*)?$/.test(url.pathname)) throw new Error();
    decodeURIComponent(url.username);
    return {
      url: text,
      address: `${url.protocol}//${url.hostname}:${url.port || 6379}`,
      secrets: [url.password, decodeURIComponent(url.password)].filter((secret) => secret !== ''),
    };
  } catch {
    // Its message would show the URL.
    throw cacheErrors.connectionUrl(store, key);
  }
}

/** The passwords anywhere in settings of a client. */
export function findSecrets(settings: unknown): string[] {
  if (typeof settings !== 'object' || settings === null) return [];
  return Object.entries(settings).flatMap(([key, value]) =>
    typeof value === 'string' && /pass|secret|token/i.test(key) ? [value] : findSecrets(value),
  );
}
