/**
 * For tools that run a program which makes backends, such as a command line: what `start()` does is theirs.
 *
 * @packageDocumentation
 */
import type { StartedBackend } from './backend.js';
import type { Plan } from './plan.js';
import type { Replacement, ReplaceOptions } from './replacement.js';

export type { KeptPlugin, Replacement, ReplaceOptions } from './replacement.js';

/**
 * Whoever runs a program that makes backends: decides what `start()` does.
 *
 * @public
 */
export interface BackendHost {
  /**
   * Called in place of a start; what it resolves to or rejects with is what `backend.start()` gives
   * to the program.
   */
  start(backend: HostedBackend): Promise<StartedBackend>;
}

/**
 * A backend as its host has it.
 *
 * @remarks
 * The host gets it when the program calls `backend.start()`: all features are added by then.
 *
 * @public
 */
export interface HostedBackend {
  /**
   * Everything that can be known before anything is made: feature loaders run and the configuration
   * is read, nothing else is made or opened.
   *
   * @remarks
   * It never rejects for what is wrong with features, services or the configuration: that is in
   * `plan.diagnostics`. A second call gives the same, and a `start()` after it goes on from there.
   * Until `stop()` was called, what was made on the way is held, such as watchers of configuration.
   *
   * @throws `E_ALREADY_STOPPED` after `stop()`, for a first call
   */
  plan(): Promise<Plan>;

  /**
   * Starts the backend as it would have been without a host.
   *
   * @throws what `start()` of a backend throws
   */
  start(): Promise<StartedBackend>;

  /** Stops the backend, also one that was only planned. All calls share one shutdown. */
  stop(): Promise<void>;

  /**
   * Lets the running backend take on what changed, plugin by plugin, from one that the same program
   * made when it was run again.
   *
   * @remarks
   * It resolves when the new versions serve and the old ones have stopped, and never rejects for
   * what is wrong with the next backend: the old version goes on serving, and the outcome tells why.
   * Calls run one after the other, and `stop()` waits for them. Afterwards `next` is stopped and of
   * no more use.
   *
   * After a replacement, `plan()`, the object that `start()` gave and what plugins are told of the
   * backend are those of what runs now.
   *
   * @throws `E_NOT_STARTED` before `start()` has resolved; `E_ALREADY_STOPPED`; `E_NOT_REPLACEABLE`
   */
  replaceWith(next: HostedBackend, options: ReplaceOptions): Promise<Replacement>;
}

/** On globalThis, as a program may have a copy of the wiring of its own. */
const BACKEND_HOST = Symbol.for('@stagewire/backend-host');

type WithHost = { [BACKEND_HOST]?: BackendHost | undefined };

/**
 * Lets a host decide what `start()` of all backends in this process does; undefined for none.
 *
 * @public
 */
export function setBackendHost(host: BackendHost | undefined): void {
  if (host) (globalThis as WithHost)[BACKEND_HOST] = host;
  else delete (globalThis as WithHost)[BACKEND_HOST];
}

/** The host of this process. @internal */
export function findBackendHost(): BackendHost | undefined {
  return (globalThis as WithHost)[BACKEND_HOST];
}
