import type { Config } from '@stagewire/config';
import type { LoggerService } from '@stagewire/plugin-api';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import { createErrorHandler, type ErrorHandlerOptions } from '../http/error-handler.js';
import { openGlobalRateLimit } from '../http/rate-limit.js';
import { AccessLog } from './access-log.js';
import { createCors } from './cors.js';
import { createHelmet } from './security-headers.js';

/**
 * Makes the middleware of the default chain one by one, for those who put their own chain together.
 *
 * @public
 */
export class MiddlewareFactory {
  readonly #logger: LoggerService;
  readonly #ready: ReadyMiddleware;

  /** Loads what the middleware is made of. */
  static async create(options: {
    config: Config;
    logger: LoggerService;
    /** The limiter of all requests, of those who made one already. */
    rateLimit?: RequestHandler | undefined;
  }): Promise<MiddlewareFactory> {
    const [limits, helmet, cors, { default: compression }] = await Promise.all([
      options.rateLimit ? { global: options.rateLimit } : openGlobalRateLimit(options),
      createHelmet(options.config),
      createCors(options.config),
      import('compression'),
    ]);
    return new MiddlewareFactory(options.logger, {
      rateLimit: limits.global,
      helmet: helmet as RequestHandler,
      cors: cors as RequestHandler | undefined,
      compression,
    });
  }

  private constructor(logger: LoggerService, ready: ReadyMiddleware) {
    this.#logger = logger;
    this.#ready = ready;
  }

  /** Answers 404 with an empty body. */
  notFound(): RequestHandler {
    return (_req, res) => {
      res.status(404).end();
    };
  }

  /** Compresses what is worth it and what the client accepts. */
  compression(): RequestHandler {
    return this.#ready.compression();
  }

  /** Logs each request at info when its response is over. */
  logging(): RequestHandler {
    const log = new AccessLog(this.#logger);
    return (_req, res, next) => {
      log.follow(res);
      next();
    };
  }

  /** Sets the security headers as `backend.csp` and `backend.referrer` say. */
  helmet(): RequestHandler {
    return this.#ready.helmet;
  }

  /** Sets the CORS headers as `backend.cors` says; without that key, it passes all on. */
  cors(): RequestHandler {
    return this.#ready.cors ?? passOn;
  }

  /**
   * Limits the requests of each client as `backend.rateLimit` says; without that key, it passes all
   * on. It counts each request that comes to it: one in the chain is enough.
   */
  rateLimit(): RequestHandler {
    return this.#ready.rateLimit ?? passOn;
  }

  /** Answers errors with the error body of the ecosystem. */
  error(options?: ErrorHandlerOptions): ErrorRequestHandler {
    return createErrorHandler(this.#logger, options);
  }
}

type ReadyMiddleware = {
  rateLimit: RequestHandler | undefined;
  helmet: RequestHandler;
  cors: RequestHandler | undefined;
  compression(): RequestHandler;
};

const passOn: RequestHandler = (_req, _res, next) => next();
