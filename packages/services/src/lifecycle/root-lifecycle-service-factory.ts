import {
  coreServices,
  createServiceFactory,
  type LoggerService,
  type PluginMetadataService,
  type RootLifecycleService,
} from '@stagewire/plugin-api';
import {
  PLUGIN_VIEW,
  type DrivenRootLifecycle,
  type PluginViews,
} from '@stagewire/plugin-api/internal';
import { HookStage, type Hook, type HookOptions } from './hook-stage.js';
import { PluginRootLifecycle } from './plugin-root-lifecycle.js';

const HOOKS = ['addStartupHook', 'addBeforeShutdownHook', 'addShutdownHook'] as const;

/** The hooks of the whole backend: after all plugins have started, before and at its shutdown. @internal */
export class RootLifecycle implements DrivenRootLifecycle, PluginViews<RootLifecycleService> {
  readonly #startup: HookStage;
  readonly #beforeShutdown: HookStage;
  readonly #shutdown: HookStage;

  constructor(logger: LoggerService) {
    this.#startup = new HookStage(logger, {
      late: 'Attempted to add startup hook after startup',
      succeeded: 'Startup hook succeeded',
      failed: (log, error) => log.error(`Startup hook failed, ${error}`),
    });
    this.#beforeShutdown = new HookStage(logger, {
      late: 'Attempt to add before shutdown hook after shutdown has started',
      succeeded: 'Before shutdown hook succeeded',
      failed: (log, error) => log.error(`Before shutdown hook failed, ${error}`),
    });
    this.#shutdown = new HookStage(logger, {
      late: 'Attempted to add shutdown hook after shutdown',
      succeeded: 'Shutdown hook succeeded',
      failed: (log, error) => log.error(`Shutdown hook failed, ${error}`),
    });
  }

  addStartupHook(hook: Hook, options?: HookOptions): void {
    this.#startup.add(hook, options);
  }

  addBeforeShutdownHook(hook: Hook): void {
    this.#beforeShutdown.add(hook);
  }

  addShutdownHook(hook: Hook, options?: HookOptions): void {
    this.#shutdown.add(hook, options);
  }

  /** The lifecycle as one version of a plugin has it: its hooks go with it. */
  [PLUGIN_VIEW](
    plugin: PluginMetadataService,
    service: RootLifecycleService,
  ): RootLifecycleService {
    if (HOOKS.some((name) => service[name] !== RootLifecycle.prototype[name])) return service;
    const stages = {
      startup: this.#startup,
      beforeShutdown: this.#beforeShutdown,
      shutdown: this.#shutdown,
    };
    return new PluginRootLifecycle(stages, plugin);
  }

  startup(): Promise<void> {
    return this.#startup.run();
  }

  beforeShutdown(): Promise<void> {
    return this.#beforeShutdown.run();
  }

  shutdown(): Promise<void> {
    return this.#shutdown.run();
  }
}

/**
 * `core.rootLifecycle`: startup, before-shutdown and shutdown hooks of the backend.
 *
 * @remarks
 * Hooks of one stage run side by side; one that fails is logged as `<stage> hook failed, <error>`
 * and changes nothing for the others. Adding a hook to a stage that has begun throws.
 *
 * @public
 */
export const rootLifecycleServiceFactory = createServiceFactory({
  service: coreServices.rootLifecycle,
  deps: { logger: coreServices.rootLogger },
  factory: ({ logger }) => new RootLifecycle(logger),
});
