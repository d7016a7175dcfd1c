import type { StartedBackend } from '@stagewire/wiring';
import type { BackendHost, HostedBackend, Replacement } from '@stagewire/wiring/host';
import { cliErrors } from '../../../errors.js';

/** How long a program that is run again may take to start its backends; milliseconds. */
const ARRIVAL_LIMIT = 30_000;

/** The same for one that is loaded, and may have forgotten to start any; milliseconds. */
const LOADED_LIMIT = 3_000;

/** What a program that is run again comes to, before its backends are asked for anything. */
type Arrival = {
  expected: number;
  backends: HostedBackend[];
  complete(): void;
};

/**
 * A program that starts backends. Run again, its backends do not start: the running ones take on
 * what changed.
 */
export class RunningProgram implements BackendHost {
  readonly #load: () => Promise<unknown>;
  readonly #onStarted: (started: StartedBackend) => void;
  readonly #backends: HostedBackend[] = [];
  #arrival: Arrival | undefined;
  /** Backends of earlier runs that were no longer waited for, and may still come. */
  #overdue = 0;

  /**
   * @param load - runs the program, as it is by then
   * @param onStarted - told of each backend that runs
   */
  constructor(load: () => Promise<unknown>, onStarted: (started: StartedBackend) => void) {
    this.#load = load;
    this.#onStarted = onStarted;
  }

  /** Whether the program got as far as starting one. */
  get hasBackend(): boolean {
    return this.#backends.length > 0;
  }

  /** What `backend.start()` of the program does. */
  async start(backend: HostedBackend): Promise<StartedBackend> {
    const arrival = this.#arrival;
    if (arrival && arrival.backends.length < arrival.expected) return arrive(backend, arrival);
    if (!arrival && this.#overdue > 0) {
      this.#overdue--;
      return never;
    }
    // One more than before is new: it starts.
    this.#backends.push(backend);
    const started = await backend.start();
    this.#onStarted(started);
    return started;
  }

  /** Runs the program for the first time; rejects with what keeps it from being loaded, or started. */
  async run(): Promise<void> {
    await this.#load();
  }

  /**
   * Runs the program again.
   *
   * @param isChanged - whether a file is another than when the running backend was made
   * @returns what came of it, for each of its backends; rejects with what keeps it from being loaded
   * @throws `E_CLI_DEV_NO_START`
   */
  async runAgain(isChanged: (file: string) => boolean): Promise<Replacement[]> {
    const nexts = await this.#loadNext();
    const replacements: Replacement[] = [];
    for (const [index, next] of nexts.entries()) {
      replacements.push(await this.#backends[index]!.replaceWith(next, { isChanged }));
    }
    return replacements;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#backends.map((backend) => backend.stop()));
  }

  async #loadNext(): Promise<HostedBackend[]> {
    const arrival: Arrival = { expected: this.#backends.length, backends: [], complete: ignore };
    const arrived = new Promise<void>((resolve) => (arrival.complete = resolve));
    this.#arrival = arrival;
    const limit = new Limit();
    limit.set(ARRIVAL_LIMIT);
    try {
      const loaded = this.#load().then(() => limit.set(LOADED_LIMIT));
      // A program may start its backend without waiting for it, or after it was loaded.
      await Promise.race([arrived, limit.exceeded, loaded.then(() => arrived)]);
      return arrival.backends;
    } catch (error) {
      if (limit.isExceeded) this.#overdue += arrival.expected - arrival.backends.length;
      await Promise.all(arrival.backends.map((backend) => backend.stop()));
      throw error;
    } finally {
      limit.drop();
      this.#arrival = undefined;
    }
  }
}

function arrive(backend: HostedBackend, arrival: Arrival): Promise<StartedBackend> {
  arrival.backends.push(backend);
  if (arrival.backends.length === arrival.expected) arrival.complete();
  return never;
}

/** What a program does once its backend runs, it has done: for the backends of later runs it never comes. */
const never = new Promise<never>(() => {});

const ignore = () => {};

/** A time in which something has to happen, which may become shorter. */
class Limit {
  /** Rejects when the time is over. */
  readonly exceeded: Promise<never>;
  #fail: (error: Error) => void = () => {};
  #timer: NodeJS.Timeout | undefined;
  #isDropped = false;
  #isExceeded = false;

  constructor() {
    this.exceeded = new Promise((_, reject) => (this.#fail = reject));
  }

  /** @param limit - from now on, in milliseconds */
  set(limit: number): void {
    clearTimeout(this.#timer);
    if (this.#isDropped) return;
    this.#timer = setTimeout(() => {
      this.#isExceeded = true;
      this.#fail(cliErrors.devNoStart(limit));
    }, limit);
  }

  get isExceeded(): boolean {
    return this.#isExceeded;
  }

  drop(): void {
    this.#isDropped = true;
    clearTimeout(this.#timer);
  }
}
