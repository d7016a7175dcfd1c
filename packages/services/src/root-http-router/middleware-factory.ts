import type { Config } from '@stagewire/config';
import type { LoggerService } from '@stagewire/plugin-api';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import { createErrorHandler, type ErrorHandlerOptions } from '../http/error-handler.js';
import { refuseRateLimit } from '../http/rate-limit.js';
import { AccessLog } from './access-log.js';
import { createCors } from './cors.js';
import { createHelmet } from './security-headers.js';

/**
 * Makes the middleware of the default chain one by one, for those who put their own chain together.
 *
 * @public
 */
export class MiddlewareFactory {
  readonly #config: Config;
  readonly #logger: LoggerService;
  readonly #ready: ReadyMiddleware;

  /** Loads what the middleware is made of. */
  static async create(options: {
    config: Config;
    logger: LoggerService;
  }): Promise<MiddlewareFactory> {
    const [helmet, cors, { default: compression }] = await Promise.all([
      createHelmet(options.config),
      createCors(options.config),
      import('compression'),
    ]);
    return new MiddlewareFactory(options, {
      helmet: helmet as RequestHandler,
      cors: cors as RequestHandler | undefined,
      compression,
    });
  }

  private constructor(
    { config, logger }: { config: Config; logger: LoggerService },
    ready: ReadyMiddleware,
  ) {
    this.#config = config;
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
   * Passes all on: there is no rate limiter yet.
   *
   * @throws `E_RATE_LIMIT_UNSUPPORTED` when `backend.rateLimit` asks for one
   */
  rateLimit(): RequestHandler {
    refuseRateLimit(this.#config);
    return passOn;
  }

  /** Answers errors; see {@link createErrorHandler}. */
  error(options?: ErrorHandlerOptions): ErrorRequestHandler {
    return createErrorHandler(this.#logger, options);
  }
}

type ReadyMiddleware = {
  helmet: RequestHandler;
  cors: RequestHandler | undefined;
  compression(): RequestHandler;
};

const passOn: RequestHandler = (_req, _res, next) => next();
