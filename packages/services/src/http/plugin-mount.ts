import type { RequestHandler } from 'express';
import type { Server } from 'node:http';
import type { RequestsInProgress } from './requests-in-progress.js';

/**
 * The door of our own root router through which the HTTP router of a plugin is mounted at
 * `/api/<pluginId>`. A root router that somebody else provides does not have it.
 */
export const MOUNT_PLUGIN: unique symbol = Symbol.for('@stagewire/mount-plugin');

/** The HTTP server of our own root router, for those who speak to it in process. @internal */
export const HTTP_SERVER: unique symbol = Symbol.for('@stagewire/http-server');

/** The way back from a mount. */
export type PluginMount = {
  /**
   * Lets a later mount of the same plugin take over. The handler goes on answering until then.
   * A second call does nothing.
   */
  release(): void;
  /**
   * Takes the handler away at once: a later mount of the same plugin takes its place, and nobody
   * answers until then.
   *
   * @returns the requests that came before
   */
  withdraw(): RequestsInProgress;
};

/** What our own root router offers to our own plugin routers. */
export interface PluginMounting {
  readonly [HTTP_SERVER]: Server;
  [MOUNT_PLUGIN](pluginId: string, handler: RequestHandler): PluginMount;
}

/** Whether a root router is our own. @internal */
export function mountsPlugins<T extends object>(router: T): router is T & PluginMounting {
  return MOUNT_PLUGIN in router;
}
