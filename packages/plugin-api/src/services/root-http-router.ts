import type { Handler } from 'express';

/** Takes HTTP routes outside of plugins. Nothing here asks for credentials. @public */
export interface RootHttpRouterService {
  /**
   * Adds a handler or a router below a path.
   *
   * @throws when the path is empty, or lies above or below one that is taken
   */
  use(path: string, handler: Handler): void;
}
