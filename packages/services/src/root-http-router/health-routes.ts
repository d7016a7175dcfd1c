import type { Config } from '@stagewire/config';
import type { RootHealthService } from '@stagewire/plugin-api';
import type { ServerResponse } from 'node:http';
import { normalizePath } from '../http/mount-path.js';
import { rootHttpRouterErrors } from './errors.js';

const PREFIX = '/.backstage/health/v1/';

/** What a health route answers. */
export type HealthAnswer = Awaited<ReturnType<RootHealthService['getReadiness']>>;

/** The routes for probes: `/.backstage/health/v1/readiness` and `/liveness`. */
export class HealthRoutes {
  readonly #health: RootHealthService;
  readonly #headers: ReadonlyArray<readonly [string, string]>;

  /** @throws `E_HEALTH_HEADER` */
  constructor(health: RootHealthService, config: Config) {
    this.#health = health;
    this.#headers = readHeaders(config);
  }

  /** How to answer a request; undefined when it is not for these routes. */
  find(method: string | undefined, path: string): (() => Promise<HealthAnswer>) | undefined {
    // Nearly all paths part here, after two characters.
    if (path[1] !== '.' || (method !== 'GET' && method !== 'HEAD')) return undefined;
    switch (normalizePath(path)) {
      case `${PREFIX}readiness`:
        return () => this.#health.getReadiness();
      case `${PREFIX}liveness`:
        return () => this.#health.getLiveness();
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
