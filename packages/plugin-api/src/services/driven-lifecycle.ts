import type { LifecycleService, RootLifecycleService } from './lifecycle.js';

/**
 * What a backend calls on the lifecycle of a plugin. A replacement of `core.lifecycle` has to
 * offer these, or the backend refuses it.
 */
export interface DrivenLifecycle extends LifecycleService {
  /** Runs the startup hooks; a second call waits for the first and runs nothing. Never rejects. */
  startup(): Promise<void>;
  /** Runs the shutdown hooks; a second call waits for the first and runs nothing. Never rejects. */
  shutdown(): Promise<void>;
}

/** What a backend calls on the root lifecycle; see {@link DrivenLifecycle}. */
export interface DrivenRootLifecycle extends RootLifecycleService, DrivenLifecycle {
  /** Runs the before-shutdown hooks and waits for all of them; once. Never rejects. */
  beforeShutdown(): Promise<void>;
}
