import type { Config } from '@stagewire/config';
import type { RootHealthService } from '@stagewire/plugin-api';
import type { ServerResponse } from 'node:http';
import { normalizePath } from '../http/mount-path.js';
import { rootHttpRouterErrors } from './errors.js';

const PREFIX = '/.backstage/health/v1/';

/** Where older backends had their readiness; many a probe still asks there. */
const OLD_PATH = '/healthcheck';

/** What a health route answers. */
export type HealthAnswer = Awaited<ReturnType<RootHealthService['getReadiness']>>;

/**
 * The routes for probes: `/.backstage/health/v1/readiness` and `/liveness`, and `/healthcheck`, which
 * is readiness as well unless anybody else answers there.
 */
export class HealthRoutes {
  readonly #health: RootHealthService;
  readonly #isTaken: (path: string) => boolean;
  readonly #headers: ReadonlyArray<readonly [string, string]>;

  /**
   * @param isTaken - whether a route was added that may answer at a path; without it, nobody knows,
   *   and there is no `/healthcheck`
   * @throws `E_HEALTH_HEADER`
   */
  constructor(health: RootHealthService, config: Config, isTaken = (_path: string) => true) {
    this.#health = health;
    this.#isTaken = isTaken;
    this.#headers = readHeaders(config);
  }

  /** How to answer a request; undefined when it is not for these routes. */
  find(method: string | undefined, path: string): (() => Promise<HealthAnswer>) | undefined {
    // Nearly all paths part here, after two characters.
    if (path[1] !== '.' && path[1] !== 'h' && path[1] !== 'H') return undefined;
    if (method !== 'GET' && method !== 'HEAD') return undefined;
    switch (normalizePath(path)) {
      case `${PREFIX}readiness`:
        return () => this.#health.getReadiness();
      case `${PREFIX}liveness`:
        return () => this.#health.getLiveness();
      case OLD_PATH:
        return this.#isTaken(path) ? undefined : () => this.#health.getReadiness();
      default:
        return undefined;
    }
  }

  /** Sets the status of an answer, and the headers from `backend.health.headers`; returns the answer. */
  prepare(res: ServerResponse, answer: HealthAnswer): HealthAnswer {
    res.statusCode = answer.status;
    for (const [name, value] of this.#headers) res.setHeader(name, value);
    return answer;
  }
}

function readHeaders(config: Config): Array<readonly [string, string]> {
  const headers = config.getOptionalConfig('backend.health.headers');
  if (!headers) return [];
  return Object.entries(headers.get<Record<string, unknown>>()).map(([name, value]) => {
    if (typeof value !== 'string' || value === '') throw rootHttpRouterErrors.healthHeader();
    return [name, value] as const;
  });
}
