import type { Config } from '@stagewire/config';
import type { LoggerService } from '@stagewire/plugin-api';
import { BlockList, isIP } from 'node:net';
import { readMilliseconds } from './duration.js';
import { httpErrors } from './errors.js';

const ROOT = 'backend.rateLimit';
const DEFAULT_WINDOW = 60_000;
const DEFAULT_LIMIT = 5;
const DEFAULT_ALLOW_LIST = ['127.0.0.1', '0:0:0:0:0:0:0:1', '::1'];
/** Node's timers count no further, in milliseconds: 24 days. */
const MAX_WINDOW = 2 ** 31 - 1;

/** How one limiter counts. */
export type RateLimitSettings = {
  /** In milliseconds. */
  window: number;
  /** How many requests of a client pass in a window. */
  limit: number;
  /** Addresses whose requests are not counted. */
  allowed: BlockList;
  skipSuccessfulRequests: boolean;
  skipFailedRequests: boolean;
  /** Whether requests pass while the store cannot be asked. */
  passOnStoreError: boolean;
};

/** Whether anything is limited: over all, or for some plugin. */
export function hasRateLimits(config: Config): boolean {
  return hasGlobalRateLimit(config) || listLimitedPlugins(config).length > 0;
}

/** Whether `backend.rateLimit` is there, and switches the global limit off in no way. */
export function hasGlobalRateLimit(config: Config): boolean {
  const block = config.getOptional(ROOT);
  if (block === undefined || block === false) return false;
  if (block !== true && !isObject(block)) throw httpErrors.rateLimit(ROOT, 'is not an object');
  return !isObject(block) || block['global'] !== false;
}

/** The plugins that have a limit of their own. */
export function listLimitedPlugins(config: Config): string[] {
  const block = config.getOptional(ROOT);
  if (!isObject(block) || block['plugin'] === undefined) return [];
  if (!isObject(block['plugin'])) throw httpErrors.rateLimit(`${ROOT}.plugin`, 'is not an object');
  const entries = Object.entries(block['plugin']);
  return entries.flatMap(([pluginId, value]) => (value === false ? [] : [pluginId]));
}

/**
 * Reads the limit for all requests, or the one of a plugin.
 *
 * @throws `E_RATE_LIMIT`
 */
export function readRateLimit(
  config: Config,
  logger: LoggerService,
  pluginId?: string,
): RateLimitSettings {
  const key = pluginId === undefined ? ROOT : `${ROOT}.plugin.${pluginId}`;
  // `true` is an object with nothing in it.
  const block = config.getOptional(key) === true ? undefined : config.getOptionalConfig(key);
  const flag = (name: string) => block?.getOptionalBoolean(name) ?? false;
  return {
    window: readWindow(block, key),
    limit: readLimit(block, key),
    allowed: toBlockList(block?.getOptionalStringArray('ipAllowList'), key, logger),
    skipSuccessfulRequests: flag('skipSuccessfulRequests'),
    skipFailedRequests: flag('skipFailedRequests'),
    passOnStoreError: flag('passOnStoreError'),
  };
}

function readWindow(block: Config | undefined, key: string): number {
  const window = (block && readMilliseconds(block, 'window')) ?? DEFAULT_WINDOW;
  if (window >= 1 && window <= MAX_WINDOW) return Math.floor(window);
  throw httpErrors.rateLimit(`${key}.window`, 'is not between a millisecond and 24 days');
}

function readLimit(block: Config | undefined, key: string): number {
  const limit = block?.getOptionalNumber('incomingRequestLimit') ?? DEFAULT_LIMIT;
  if (Number.isInteger(limit) && limit >= 0) return limit;
  throw httpErrors.rateLimit(`${key}.incomingRequestLimit`, 'is not a whole number from 0 on');
}

/** Addresses in any notation, an IPv4 address also in its form as IPv6, and networks. */
function toBlockList(
  entries: string[] = DEFAULT_ALLOW_LIST,
  key: string,
  logger: LoggerService,
): BlockList {
  const list = new BlockList();
  for (const entry of entries) {
    try {
      addEntry(list, entry.trim());
    } catch {
      logger.warn(`Ignoring '${entry}' in ${key}.ipAllowList: it is not an IP address`);
    }
  }
  return list;
}

/** An address such as `10.0.0.1`, or a network such as `10.0.0.0/8`; throws at anything else. */
function addEntry(list: BlockList, entry: string): void {
  const [address = '', prefix] = entry.split('/');
  if (!isIP(address)) throw new TypeError('not an address');
  if (prefix === undefined) list.addAddress(address, familyOf(address));
  else list.addSubnet(address, Number(prefix), familyOf(address));
}

/** The family of an IP address, as Node's lists of addresses want it. */
export function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
