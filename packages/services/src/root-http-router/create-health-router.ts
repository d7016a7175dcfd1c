import type { Config } from '@stagewire/config';
import type { RootHealthService } from '@stagewire/plugin-api';
import type { RequestHandler } from 'express';
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
  const routes = new HealthRoutes(options.health, options.config);
  return (req, res, next) => {
    const ask = routes.find(req.method, req.path);
    if (!ask) return next();
    ask().then((answer) => res.json(routes.prepare(res, answer).payload), next);
  };
}
