import type { Handler } from 'express';

/** Opens a part of a plugin's routes to callers without full credentials. @public */
export interface HttpRouterServiceAuthPolicy {
  /**
   * Relative to the plugin, with parameters as in a router: `/open` also covers `/open/x`, and
   * `/` covers everything.
   */
  path: string;

  /** `unauthenticated`: anybody; `user-cookie`: also users that come with a cookie only. */
  allow: 'unauthenticated' | 'user-cookie';
}

/**
 * Takes the HTTP routes of a plugin, which live below `/api/<pluginId>`.
 *
 * @remarks
 * A request reaches them with the credentials of a user or a service, unless a policy says
 * otherwise, and only once the plugin has started.
 *
 * @public
 */
export interface HttpRouterService {
  /** Adds a handler or a router; they are asked in the order in which they were added. */
  use(handler: Handler): void;

  /**
   * Opens a path.
   *
   * @example
   * ```ts
   * httpRouter.addAuthPolicy({ path: '/health', allow: 'unauthenticated' });
   * ```
   */
  addAuthPolicy(policy: HttpRouterServiceAuthPolicy): void;
}
