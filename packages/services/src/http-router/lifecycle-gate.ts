import { ServiceUnavailableError } from '@stagewire/errors';
import type { LifecycleService } from '@stagewire/plugin-api';

type Pass = (error?: unknown) => void;
type Waiting = { pass: Pass; timer: NodeJS.Timeout };

/** Holds requests back until their plugin has started, and refuses them once it stops. */
export class LifecycleGate {
  #state: 'starting' | 'open' | 'closed' = 'starting';
  readonly #waiting = new Set<Waiting>();
  readonly #pauseTimeout: number;

  /** @param pauseTimeout - how long a request waits for the start, in milliseconds */
  constructor(lifecycle: LifecycleService, pauseTimeout: number) {
    this.#pauseTimeout = pauseTimeout;
    lifecycle.addStartupHook(() => {
      if (this.#state !== 'starting') return;
      this.#state = 'open';
      this.#release();
    });
    lifecycle.addShutdownHook(() => {
      this.#state = 'closed';
      this.#release(shuttingDown());
    });
  }

  /** Calls `pass` now, or when the plugin has started; with an error if it may not pass. */
  enter(pass: Pass): void {
    if (this.#state === 'open') pass();
    else if (this.#state === 'closed') pass(shuttingDown());
    else this.#wait(pass);
  }

  #wait(pass: Pass): void {
    const timer = setTimeout(() => {
      this.#waiting.delete(waiting);
      pass(new ServiceUnavailableError('Service has not started up yet'));
    }, this.#pauseTimeout);
    timer.unref();
    const waiting: Waiting = { pass, timer };
    this.#waiting.add(waiting);
  }

  #release(error?: Error): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const { pass, timer } of waiting) {
      clearTimeout(timer);
      pass(error);
    }
  }
}

function shuttingDown(): Error {
  return new ServiceUnavailableError('Service is shutting down');
}
