import { stat } from 'node:fs/promises';
import { setImmediate as turn } from 'node:timers/promises';
import { testingErrors } from '../errors.js';
import { FakeTime } from './fake-time.js';
import { IoWatch } from './io-watch.js';

/** A length of time; all that is given counts together. @public */
export type ClockDuration = {
  weeks?: number;
  days?: number;
  hours?: number;
  minutes?: number;
  seconds?: number;
  milliseconds?: number;
};

/** A moment: a date, ISO 8601 text, or milliseconds since the Unix epoch. @public */
export type ClockDate = Date | string | number;

/** Where time begins. @public */
export type FakeClockOptions = {
  /** `@default` the real time */
  now?: ClockDate;
};

/** Time that a test moves by hand. @public */
export interface FakeClock extends Disposable {
  /** The time, in milliseconds since the Unix epoch. */
  now(): number;

  /**
   * Moves time on, from timer to timer: each one fires at its time, and what it sets off comes to rest
   * before time goes on, as far as it does not wait for time itself.
   *
   * @remarks
   * I/O takes no time of this clock: requests and queries on their way are waited for, up to 100
   * milliseconds each of real time. A call during another one begins when that has ended.
   *
   * @param duration - in milliseconds, or in the units that it names
   * @throws `E_MOCK_CLOCK_TIME` for what is below 0 or no length of time; what a timer throws
   */
  advance(duration: number | ClockDuration): Promise<void>;

  /**
   * Sets the clock, forward or back, as a person does with a clock on the wall: no timer fires by that,
   * and what is left to wait stays the same.
   *
   * @throws `E_MOCK_CLOCK_TIME` for what is no date
   */
  setTo(date: ClockDate): void;

  /**
   * Gives real time back; timers that still wait go on in it. So does the end of a block with `using`.
   * A second call does nothing.
   */
  restore(): void;
}

let installed: TimeMachine | undefined;

/** Whether time is moved by hand. */
export function isTimeFake(): boolean {
  return installed !== undefined;
}

/**
 * Makes time stand still until the test moves it: `Date`, `setTimeout` and `setInterval`, and with them
 * what services wait for: tasks, tokens, cache entries.
 *
 * @remarks
 * I/O goes on by real time: timers of Node itself, as for `fetch` and `node:http`, and of database
 * and cache clients are real; so are `setImmediate`, `process.nextTick`, `AbortSignal.timeout`,
 * `performance.now()`, and what is imported from `node:timers` and `node:timers/promises`. So is the
 * time of a database server, which tasks in PostgreSQL and MySQL go by.
 *
 * @example
 * ```ts
 * using clock = fakeClock({ now: '2030-01-01T00:00:00Z' });
 * await clock.advance({ minutes: 5 });
 * assert.equal(new Date().toISOString(), '2030-01-01T00:05:00.000Z');
 * ```
 *
 * @throws `E_MOCK_CLOCK` while there is another fake clock, of this package or of a test framework
 * @public
 */
export function fakeClock(options: FakeClockOptions = {}): FakeClock {
  if (installed || 'isFake' in Date || 'clock' in setTimeout) throw testingErrors.clock();
  installed = new TimeMachine(toMoment(options.now ?? Date.now()));
  return installed;
}

/** How many rounds in a row nothing must happen for everything to be at rest. */
const QUIET_ROUNDS = 3;
/** After how long time goes on though something still happens, in milliseconds of real time. */
const PATIENCE = 1_000;

class TimeMachine implements FakeClock {
  readonly #time: FakeTime;
  readonly #io = new IoWatch();
  #moving: Promise<void> = Promise.resolve();

  constructor(now: number) {
    this.#time = new FakeTime(now);
    this.#time.install();
  }

  now(): number {
    return this.#time.now;
  }

  async advance(duration: number | ClockDuration): Promise<void> {
    const ms = toMilliseconds(duration);
    const moving = this.#moving.then(() => this.#advance(ms));
    this.#moving = moving.catch(() => {});
    await moving;
  }

  setTo(date: ClockDate): void {
    this.#time.set(toMoment(date));
  }

  restore(): void {
    if (installed === this) installed = undefined;
    this.#time.uninstall();
  }

  [Symbol.dispose](): void {
    this.restore();
  }

  async #advance(ms: number): Promise<void> {
    await this.#settle();
    const until = this.#time.now + ms;
    for (;;) {
      const due = this.#time.findNextDue(until);
      if (due === undefined || installed !== this) break;
      this.#time.moveTo(Math.max(due, this.#time.now));
      this.#time.fireDue();
      await this.#settle();
    }
    this.#time.moveTo(until);
  }

  /** Waits until nothing happens but by time. */
  async #settle(): Promise<void> {
    const end = performance.now() + PATIENCE;
    let quiet = 0;
    while (quiet < QUIET_ROUNDS && performance.now() < end) {
      const before = this.#time.activity;
      // Through the threads that work for Node, as what was handed to them before comes back before.
      await stat('.');
      await turn();
      const isQuiet = this.#time.activity === before && !this.#io.isBusy();
      quiet = isQuiet ? quiet + 1 : 0;
    }
  }
}

const UNITS: Readonly<Record<keyof ClockDuration, number>> = {
  weeks: 7 * 24 * 60 * 60_000,
  days: 24 * 60 * 60_000,
  hours: 60 * 60_000,
  minutes: 60_000,
  seconds: 1_000,
  milliseconds: 1,
};

function toMilliseconds(duration: number | ClockDuration): number {
  const ms =
    typeof duration === 'number'
      ? duration
      : Object.entries(duration).reduce(
          (sum, [unit, count]) => sum + count * (UNITS[unit as keyof ClockDuration] ?? NaN),
          0,
        );
  if (ms >= 0 && ms < Infinity) return ms;
  throw testingErrors.clockTime(`${JSON.stringify(duration)} is no length of time to move on by`);
}

function toMoment(date: ClockDate): number {
  const moment = new Date(date).getTime();
  if (Number.isNaN(moment)) throw testingErrors.clockTime(`${String(date)} is no date`);
  return moment;
}
