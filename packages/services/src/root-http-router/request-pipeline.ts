import { toError } from '@stagewire/errors';
import type { LoggerService } from '@stagewire/plugin-api';
import type { ErrorRequestHandler, Request, Response } from 'express';
import type { ServerResponse } from 'node:http';
import { isDevelopment } from '../http/is-development.js';
import { pathOf } from '../http/mount-path.js';
import { runErrorHandler } from '../http/run-handler.js';
import type { AccessLog } from './access-log.js';
import type { NodeMiddleware } from './cors.js';
import type { ExpressBridge } from './express-bridge.js';
import type { HealthAnswer, HealthRoutes } from './health-routes.js';
import type { RouterRequest, RouterResponse } from './http-messages.js';
import { sendJson } from './json-response.js';
import type { RootRouter } from './root-router.js';

/** What a {@link RequestPipeline} is made of. */
export type RequestPipelineParts = {
  logger: LoggerService;
  cors: NodeMiddleware | undefined;
  accessLog: AccessLog;
  healthRoutes: HealthRoutes;
  /** Needs Express: it has to be loaded before the first request. */
  rateLimit: NodeMiddleware | undefined;
  router: RootRouter;
  express: ExpressBridge;
  errorHandler: ErrorRequestHandler;
};

type Step = (req: RouterRequest, res: RouterResponse) => void;

/**
 * Takes each request of our own server from its arrival to an answer: CORS, compression, access
 * log, health routes, rate limit, plugins and other routes, not found, errors.
 *
 * @remarks
 * The security headers need no step: responses carry them. What is heavy is loaded by the first
 * request that needs it, and no request waits for anything that is there already.
 */
export class RequestPipeline {
  readonly #parts: RequestPipelineParts;
  readonly #indent = isDevelopment() ? 2 : 0;
  #compress: NodeMiddleware | undefined;

  constructor(parts: RequestPipelineParts) {
    this.#parts = parts;
  }

  /** Handles a request; never throws. */
  readonly handle: Step = (req, res) => {
    req.res = res;
    this.#parts.accessLog.follow(res);
    this.#run(this.#applyCors, req, res);
  };

  readonly #applyCors: Step = (req, res) => {
    const { cors } = this.#parts;
    if (cors) cors(req, res, this.#continueWith(this.#applyCompression, req, res));
    else this.#applyCompression(req, res);
  };

  readonly #applyCompression: Step = (req, res) => {
    if (!acceptsCompression(req)) {
      this.#route(req, res);
      return;
    }
    if (this.#compress) this.#compress(req, res, this.#continueWith(this.#route, req, res));
    else void this.#loadThenCompress(req, res);
  };

  async #loadThenCompress(req: RouterRequest, res: RouterResponse): Promise<void> {
    try {
      const { default: compression } = await import('compression');
      this.#compress ??= compression() as NodeMiddleware;
      this.#compress(req, res, this.#continueWith(this.#route, req, res));
    } catch (error) {
      this.#fail(error, req, res);
    }
  }

  readonly #route: Step = (req, res) => {
    const { healthRoutes, rateLimit } = this.#parts;
    const probe = healthRoutes.find(req.method, pathOf(req.url ?? ''));
    // A probe is never limited: an orchestrator would end a backend that only has much to do.
    if (probe) void this.#answerProbe(probe, req, res);
    else if (rateLimit) rateLimit(req, res, this.#continueWith(this.#routeOn, req, res));
    else this.#routeOn(req, res);
  };

  readonly #routeOn: Step = (req, res) => {
    const { router, express } = this.#parts;
    if (!router.answers(pathOf(req.url ?? ''))) {
      answerNotFound(res);
    } else if (express.loaded) {
      this.#dispatch(req, res);
    } else {
      void this.#loadThenDispatch(req, res);
    }
  };

  async #loadThenDispatch(req: RouterRequest, res: RouterResponse): Promise<void> {
    try {
      await this.#parts.express.load();
      this.#dispatch(req, res);
    } catch (error) {
      this.#fail(error, req, res);
    }
  }

  readonly #dispatch: Step = (req, res) => {
    // Express's prototypes are under ours by now.
    const request = req as unknown as Request;
    this.#parts.router.handle(request, res as unknown as Response, (error?: unknown) => {
      if (error) this.#fail(error, req, res);
      else if (!res.headersSent) answerNotFound(res);
    });
  };

  async #answerProbe(
    probe: () => Promise<HealthAnswer>,
    req: RouterRequest,
    res: RouterResponse,
  ): Promise<void> {
    const { healthRoutes, express } = this.#parts;
    try {
      const { payload } = healthRoutes.prepare(res, await probe());
      if (payload === undefined) {
        res.end();
      } else if (!sendJson(res, payload, this.#indent)) {
        await express.load();
        res.json(payload);
      }
    } catch (error) {
      this.#fail(error, req, res);
    }
  }

  #run(step: Step, req: RouterRequest, res: RouterResponse): void {
    try {
      step(req, res);
    } catch (error) {
      this.#fail(error, req, res);
    }
  }

  #continueWith(step: Step, req: RouterRequest, res: RouterResponse): (error?: unknown) => void {
    return (error) => {
      if (error) this.#fail(error, req, res);
      else this.#run(step, req, res);
    };
  }

  /** Answers an error; for that, Express is needed as well. */
  #fail(error: unknown, req: RouterRequest, res: RouterResponse): void {
    void this.#answerError(error, req as unknown as Request, res as unknown as Response);
  }

  async #answerError(error: unknown, req: Request, res: Response): Promise<void> {
    const { express, errorHandler, logger } = this.#parts;
    const giveUp = (late?: unknown) => endFailed(late ?? error, res, logger);
    try {
      await express.load();
    } catch (missing) {
      giveUp(missing);
      return;
    }
    runErrorHandler(errorHandler, error, req, res, giveUp);
  }
}

/** Whether anything but the plain form would do; nearly all clients that ask accept gzip. */
function acceptsCompression(req: RouterRequest): boolean {
  const encodings = req.headers['accept-encoding'];
  return encodings !== undefined && encodings !== '' && encodings !== 'identity';
}

function answerNotFound(res: ServerResponse): void {
  res.statusCode = 404;
  res.end();
}

/** What is left when an error cannot be answered, mostly because the response has begun. */
function endFailed(error: unknown, res: ServerResponse, logger: LoggerService): void {
  logger.error('Request failed without an error response', toError(error));
  if (!res.headersSent) {
    res.statusCode = 500;
    res.end();
  } else if (!res.writableEnded) {
    // The client must not take what it got so far for the whole.
    res.destroy();
  }
}
