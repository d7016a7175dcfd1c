import type { Config } from '@stagewire/config';
import type { RootHealthService } from '@stagewire/plugin-api';
import type { RequestHandler } from 'express';
import { pathOf } from '../http/mount-path.js';
import { runHandler } from '../http/run-handler.js';
import { HealthRoutes } from './health-routes.js';

/**
 * Makes the handler of the routes for probes, for those who put their own chain together:
 * `/.backstage/health/v1/readiness` and `/liveness`. Whatever else comes is passed on.
 *
 * @throws `E_HEALTH_HEADER`
 * @public
 */
export function createHealthRouter(options: {
  health: RootHealthService;
  config: Config;
}): RequestHandler {
  return toHealthRouter(new HealthRoutes(options.health, options.config));
}

/** The routes for probes as a handler of Express. */
export function toHealthRouter(routes: HealthRoutes): RequestHandler {
  return (req, res, next) => {
    const probe = routes.find(req.method, pathOf(req.url));
    if (!probe) {
      next();
      return;
    }
    const answer = async () => {
      const { payload } = routes.prepare(res, await probe());
      if (payload === undefined) res.end();
      else res.json(payload);
    };
    runHandler(answer, req, res, next);
  };
}
