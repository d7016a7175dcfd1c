import type { PluginMetadataService, RootHttpRouterService } from '@stagewire/plugin-api';
import { successionOf } from '@stagewire/plugin-api/internal';
import type { RequestHandler } from 'express';
import type { Server } from 'node:http';
import {
  HTTP_SERVER,
  MOUNT_PLUGIN,
  type PluginMount,
  type PluginMounting,
} from '../http/plugin-mount.js';
import type { RequestsInProgress } from '../http/requests-in-progress.js';
import type { RootRouter } from './root-router.js';

/**
 * The root router as one version of a plugin has it. What a version mounts answers from the moment
 * that it serves, and ends with it.
 */
export class PluginRootRouter implements RootHttpRouterService, PluginMounting {
  readonly [HTTP_SERVER]: Server;
  readonly #router: RootRouter;
  readonly #plugin: PluginMetadataService;
  readonly #ended: RequestsInProgress[] = [];

  constructor(router: RootRouter, plugin: PluginMetadataService) {
    this.#router = router;
    this.#plugin = plugin;
    this[HTTP_SERVER] = router[HTTP_SERVER];
  }

  /** @throws `E_ROOT_PATH_EMPTY`, `E_ROOT_PATH_CONFLICT`, `E_HTTP_HANDLER` */
  use(path: string, handler: RequestHandler): void {
    const succession = successionOf(this.#plugin);
    if (!succession.joinsRunning) {
      // Told at once, also that a plugin mounts a path twice.
      this.#follow(this.#router.mountFor(this.#plugin.getId(), path, handler));
      return;
    }
    const mount = this.#router.prepareFor(this.#plugin.getId(), path, handler);
    succession.onServing(() => this.#follow(mount()));
  }

  [MOUNT_PLUGIN](pluginId: string, handler: RequestHandler): PluginMount {
    return this.#router[MOUNT_PLUGIN](pluginId, handler);
  }

  [Symbol.dispose](): void {
    for (const requests of this.#ended.splice(0)) requests.cutOff();
  }

  #follow(mount: PluginMount): void {
    successionOf(this.#plugin).onRetire(() => {
      const requests = mount.withdraw();
      this.#ended.push(requests);
      return requests.answered;
    });
  }
}
