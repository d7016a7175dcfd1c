import type { Config } from '@stagewire/config';
import type { LoggerService } from '@stagewire/plugin-api';
import type { Options } from 'express-rate-limit';
import type { Request, RequestHandler } from 'express';
import { isIP } from 'node:net';
import { openRateLimitStores, StoreUnavailableError } from './rate-limit-stores.js';
import {
  familyOf,
  hasGlobalRateLimit,
  listLimitedPlugins,
  readRateLimit,
  type RateLimitSettings,
} from './rate-limit-settings.js';

/** The limiters of a backend; each one counts for itself. */
export type RateLimits = {
  /** For all requests; undefined when they are not limited. */
  readonly global: RequestHandler | undefined;
  /** By plugin id, for those plugins that have a limit of their own. */
  readonly plugins: ReadonlyMap<string, RequestHandler>;
  /** Lets go of counts and connections. A second call does nothing. */
  close(): Promise<void>;
};

export type RateLimitOptions = { config: Config; logger: LoggerService };

/**
 * Makes the limiter that `backend.rateLimit` describes for all requests. Libraries are loaded, and
 * a connection is opened, only where there is one.
 *
 * @throws `E_RATE_LIMIT`, `E_RATE_LIMIT_STORE`
 */
export async function openGlobalRateLimit(options: RateLimitOptions): Promise<RateLimits> {
  return hasGlobalRateLimit(options.config) ? openRateLimits(options, [undefined]) : NO_LIMITS;
}

/**
 * Makes the limiters of all plugins that have one, as {@link openGlobalRateLimit} does.
 *
 * @throws `E_RATE_LIMIT`, `E_RATE_LIMIT_STORE`
 */
export async function openPluginRateLimits(options: RateLimitOptions): Promise<RateLimits> {
  const pluginIds = listLimitedPlugins(options.config);
  return pluginIds.length > 0 ? openRateLimits(options, pluginIds) : NO_LIMITS;
}

const NO_LIMITS: RateLimits = { global: undefined, plugins: new Map(), close: async () => {} };

/** Without an id, a limiter is for all requests. */
async function openRateLimits(
  { config, logger }: RateLimitOptions,
  pluginIds: Array<string | undefined>,
): Promise<RateLimits> {
  const wanted = pluginIds.map((pluginId) => ({
    pluginId,
    settings: readRateLimit(config, logger, pluginId),
  }));
  const [{ rateLimit, ipKeyGenerator }, stores] = await Promise.all([
    import('express-rate-limit'),
    openRateLimitStores(config, logger),
  ]);
  const limiters = wanted.map(({ pluginId, settings }) => {
    const store = stores.create(pluginId);
    const limiter = rateLimit({ ...toOptions(settings, logger, ipKeyGenerator), store });
    return [pluginId, answerStoreErrors(limiter)] as const;
  });
  const byId = new Map(limiters);
  const global = byId.get(undefined);
  byId.delete(undefined);
  return {
    global,
    plugins: byId as ReadonlyMap<string, RequestHandler>,
    close: () => stores.close(),
  };
}

const TOO_MANY_REQUESTS = {
  error: { name: 'Error', message: 'Too many requests, please try again later' },
  response: { statusCode: 429 },
};

function toOptions(
  settings: RateLimitSettings,
  logger: LoggerService,
  toKey: (address: string) => string,
): Partial<Options> {
  const { window, limit, allowed, ...flags } = settings;
  const isAllowed = (address: string | undefined) =>
    address !== undefined && isIP(address) > 0 && allowed.check(address, familyOf(address));
  return {
    ...flags,
    windowMs: window,
    limit,
    message: TOO_MANY_REQUESTS,
    skip: ({ ip, socket }) => isAllowed(ip) || isAllowed(socket.remoteAddress),
    // What is no address, as anybody may write into X-Forwarded-For, counts as one client.
    keyGenerator: ({ ip }: Request) => (ip !== undefined && isIP(ip) ? toKey(ip) : 'unknown'),
    // 0 is meant: it lets nobody through. And the list of all stores ever made is never emptied.
    validate: { limit: false, keyGeneratorIpFallback: false, unsharedStore: false },
    logger: {
      // A store tells by itself, once, that it cannot be asked.
      error: (error, message) => isAboutStore(error) || logger.error(message ?? String(error)),
      warn: (error, message) => logger.warn(message ?? String(error)),
    },
  };
}

function isAboutStore(error: unknown): boolean {
  return error instanceof StoreUnavailableError;
}

/** Answers for a store that is down, without a line in the log for each request. */
function answerStoreErrors(limiter: RequestHandler): RequestHandler {
  return (req, res, next) =>
    limiter(req, res, (error?: unknown) => {
      if (!(error instanceof StoreUnavailableError)) {
        next(error);
        return;
      }
      const { name, message } = error;
      res.status(503).json({
        error: { name, message },
        request: { method: req.method, url: req.url },
        response: { statusCode: 503 },
      });
    });
}
