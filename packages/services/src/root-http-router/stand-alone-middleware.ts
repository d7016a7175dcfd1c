import type { Config } from '@stagewire/config';
import type { LoggerService } from '@stagewire/plugin-api';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import { createErrorHandler, type ErrorHandlerOptions } from '../http/error-handler.js';
import { openGlobalRateLimit } from '../http/rate-limit.js';
import { MiddlewareFactory } from './middleware-factory.js';

/**
 * The middleware of the default chain for applications of one's own, outside of a backend; what it
 * is made of loads with the first request.
 *
 * @public
 */
export class StandAloneMiddleware {
  readonly #options: { config: Config; logger: LoggerService };
  #factory: Promise<MiddlewareFactory> | undefined;

  /** Makes the middleware; `config` is read when the first request comes. */
  static create(options: { config: Config; logger: LoggerService }): StandAloneMiddleware {
    return new StandAloneMiddleware(options);
  }

  private constructor(options: { config: Config; logger: LoggerService }) {
    this.#options = options;
  }

  /** Answers 404 with an empty body. */
  notFound(): RequestHandler {
    return this.#handle((factory) => factory.notFound());
  }

  /** Compresses what is worth it and what the client accepts. */
  compression(): RequestHandler {
    return this.#handle((factory) => factory.compression());
  }

  /** Logs each request at info when its response is over. */
  logging(): RequestHandler {
    return this.#handle((factory) => factory.logging());
  }

  /** Sets the security headers as `backend.csp` and `backend.referrer` say. */
  helmet(): RequestHandler {
    return this.#handle((factory) => factory.helmet());
  }

  /** Sets the CORS headers as `backend.cors` says; without that key, it passes all on. */
  cors(): RequestHandler {
    return this.#handle((factory) => factory.cors());
  }

  /** Limits the requests of each client as `backend.rateLimit` says; without that key, it passes all on. */
  rateLimit(): RequestHandler {
    return this.#handle((factory) => factory.rateLimit());
  }

  /** Answers errors, as the root chain and every plugin do. */
  error(options?: ErrorHandlerOptions): ErrorRequestHandler {
    return createErrorHandler(this.#options.logger, options);
  }

  #handle(make: (factory: MiddlewareFactory) => RequestHandler): RequestHandler {
    let handler: RequestHandler | undefined;
    return (req, res, next) => {
      if (handler) return handler(req, res, next);
      this.#factory ??= this.#load();
      this.#factory.then((factory) => {
        handler ??= make(factory);
        handler(req, res, next);
      }, next);
    };
  }

  async #load(): Promise<MiddlewareFactory> {
    const { global } = await openGlobalRateLimit(this.#options);
    return MiddlewareFactory.create({ ...this.#options, rateLimit: global });
  }
}
