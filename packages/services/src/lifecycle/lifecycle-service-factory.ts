import { toError } from '@stagewire/errors';
import { coreServices, createServiceFactory, type LoggerService } from '@stagewire/plugin-api';
import type { DrivenLifecycle } from '@stagewire/plugin-api/internal';
import { HookStage, type Hook } from './hook-stage.js';

/** The hooks of one plugin: after its own init, and at its shutdown. @internal */
export class PluginLifecycle implements DrivenLifecycle {
  readonly #startup: HookStage;
  readonly #shutdown: HookStage;

  constructor(logger: LoggerService) {
    this.#startup = new HookStage(logger, {
      late: 'Attempted to add startup hook after startup',
      succeeded: 'Plugin startup hook succeeded',
      failed: (log, error) => log.error(`Plugin startup hook failed, ${error}`),
    });
    this.#shutdown = new HookStage(logger, {
      late: 'Attempted to add shutdown hook after shutdown',
      succeeded: 'Plugin shutdown hook succeeded',
      failed: (log, error) => log.error('Plugin shutdown hook failed', toError(error)),
    });
  }

  addStartupHook(hook: Hook, options?: { logger?: LoggerService }): void {
    this.#startup.add(hook, options);
  }

  addShutdownHook(hook: Hook, options?: { logger?: LoggerService }): void {
    this.#shutdown.add(hook, options);
  }

  startup(): Promise<void> {
    return this.#startup.run();
  }

  shutdown(): Promise<void> {
    return this.#shutdown.run();
  }
}

/**
 * `core.lifecycle`: startup and shutdown hooks of one plugin.
 *
 * @remarks
 * Startup hooks run right after the plugin's own init, shutdown hooks when the backend stops, both
 * side by side; one that fails is logged and changes nothing for the others. Adding a hook to a
 * stage that has begun throws.
 *
 * @public
 */
export const lifecycleServiceFactory = createServiceFactory({
  service: coreServices.lifecycle,
  deps: { logger: coreServices.logger, pluginMetadata: coreServices.pluginMetadata },
  factory: ({ logger }) => new PluginLifecycle(logger),
});
