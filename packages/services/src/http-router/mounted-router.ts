import type { PluginMetadataService } from '@stagewire/plugin-api';
import { successionOf } from '@stagewire/plugin-api/internal';
import type { PluginMount } from '../http/plugin-mount.js';
import type { RequestsInProgress } from '../http/requests-in-progress.js';

/** The place of one version of a plugin among the routes: from when it serves until it retires. */
export class MountedRouter {
  #mount: PluginMount | undefined;
  #requests: RequestsInProgress | undefined;

  /** @param mount - called when the version serves */
  constructor(plugin: PluginMetadataService, mount: () => PluginMount) {
    const succession = successionOf(plugin);
    succession.onServing(() => {
      this.#mount = mount();
    });
    succession.onRetire(() => {
      this.#requests = this.#mount?.withdraw();
      return this.#requests?.answered;
    });
  }

  /** Lets a later mount of the plugin take over; until then, the handler goes on answering. */
  release(): void {
    this.#mount?.release();
  }

  /** Ends the requests that did not end in time. */
  cutOff(): void {
    this.#requests?.cutOff();
  }
}
