import type { PluginMetadataService, RootLifecycleService } from '@stagewire/plugin-api';
import { successionOf, type PluginSuccession } from '@stagewire/plugin-api/internal';
import type { Hook, HookOptions, HookStage } from './hook-stage.js';

type Stages = Record<'startup' | 'beforeShutdown' | 'shutdown', HookStage>;

/**
 * The root lifecycle as one version of a plugin has it.
 *
 * @remarks
 * The hooks of a version that ends while the backend runs are run then, around the shutdown of its
 * plugin as they would be when the backend stops; those of one that begins later run when it serves.
 */
export class PluginRootLifecycle implements RootLifecycleService {
  readonly #stages: Stages;
  readonly #succession: PluginSuccession;
  #shutdownEarly: Array<() => Promise<void>> = [];

  constructor(stages: Stages, plugin: PluginMetadataService) {
    this.#stages = stages;
    this.#succession = successionOf(plugin);
  }

  addStartupHook(hook: Hook, options?: HookOptions): void {
    const { startup } = this.#stages;
    if (this.#succession.joinsRunning && startup.begun) {
      this.#succession.onServing(() => void startup.runLate(hook, options));
    } else {
      startup.add(hook, options);
    }
  }

  addBeforeShutdownHook(hook: Hook): void {
    this.#succession.onRetire(this.#stages.beforeShutdown.add(hook));
  }

  addShutdownHook(hook: Hook, options?: HookOptions): void {
    this.#shutdownEarly.push(this.#stages.shutdown.add(hook, options));
  }

  /** Runs the shutdown hooks that are left when the plugin was stopped before the backend. */
  async [Symbol.asyncDispose](): Promise<void> {
    const hooks = this.#shutdownEarly;
    this.#shutdownEarly = [];
    await Promise.all(hooks.map((run) => run()));
  }
}
