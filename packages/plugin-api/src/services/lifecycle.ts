import type { LoggerService } from './logger.js';

/** What runs once everything a plugin needs has started. @public */
export type LifecycleServiceStartupHook = () => void | Promise<void>;

/** Settings of one startup hook. @public */
export interface LifecycleServiceStartupOptions {
  /** Told when the hook fails, instead of the lifecycle's own logger. */
  logger?: LoggerService;
}

/** What runs when the backend stops. @public */
export type LifecycleServiceShutdownHook = () => void | Promise<void>;

/** Settings of one shutdown hook. @public */
export interface LifecycleServiceShutdownOptions {
  /** Told when the hook fails, instead of the lifecycle's own logger. */
  logger?: LoggerService;
}

/**
 * Runs things when a plugin has started and when it stops.
 *
 * @remarks
 * All hooks of one phase run side by side. A hook that fails is logged and stops nobody else.
 *
 * @public
 */
export interface LifecycleService {
  /**
   * Adds a hook that runs after the `init` of the plugin; on the root lifecycle, after all plugins
   * have started.
   *
   * @throws when startup has already happened
   */
  addStartupHook(hook: LifecycleServiceStartupHook, options?: LifecycleServiceStartupOptions): void;

  /**
   * Adds a hook that runs when the backend stops. Stopping waits for it.
   *
   * @throws when shutdown has already happened
   */
  addShutdownHook(
    hook: LifecycleServiceShutdownHook,
    options?: LifecycleServiceShutdownOptions,
  ): void;
}

/** Runs things when the whole backend has started and when it stops. @public */
export interface RootLifecycleService extends LifecycleService {
  /**
   * Adds a hook that runs before any plugin is stopped, for what still needs all of them, such as
   * telling a load balancer to go elsewhere.
   *
   * @throws when shutdown has already begun
   */
  addBeforeShutdownHook(hook: () => void | Promise<void>): void;
}
