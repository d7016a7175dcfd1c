import type { SchedulerServiceTaskFunction } from '@stagewire/plugin-api';
import type { Clock } from './clock.js';

/** One run of a task. */
export class TaskRun {
  readonly #stop = new AbortController();
  readonly #over = new AbortController();
  readonly #clock: Clock;

  /** In milliseconds since the Unix epoch. */
  readonly startedAt: number;
  readonly timesOutAt: number;

  /** @param timeout - after how long it is to stop, in milliseconds */
  constructor(clock: Clock, timeout: number) {
    this.#clock = clock;
    this.startedAt = clock.now();
    this.timesOutAt = this.startedAt + timeout;
  }

  /** Aborts when the function has ended. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  /** Tells the function to stop. It is not made to; a second call changes nothing. */
  stop(): void {
    this.#stop.abort();
  }

  /**
   * Runs the function to its end, unless it is to stop before it has begun.
   *
   * @param ending - stops it when it aborts
   */
  async execute(fn: SchedulerServiceTaskFunction, ending: AbortSignal): Promise<void> {
    const stop = () => this.stop();
    ending.addEventListener('abort', stop);
    if (ending.aborted) stop();
    void this.#clock.sleep(this.timesOutAt - this.startedAt, this.over).then(stop);
    try {
      if (!this.#stop.signal.aborted) await fn(this.#stop.signal);
    } finally {
      this.#over.abort();
      ending.removeEventListener('abort', stop);
    }
  }
}
