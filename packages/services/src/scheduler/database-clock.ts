import type { Knex } from 'knex';
import type { Clock } from './clock.js';
import { readDatabaseTime } from './database-time.js';

/** After which time the two clocks are compared again, in milliseconds. */
const COMPARISON_PERIOD = 60_000;

/** Asks a database for its time, in milliseconds; undefined where it has none of its own. */
export type ReadDatabaseTime = (client: Knex) => Promise<number | undefined>;

/**
 * The clock of the database, which all processes of a plugin share: theirs may differ, and then one
 * of them would run tasks early, or run again what another has run.
 */
export class DatabaseClock {
  readonly #clock: Clock;
  readonly #read: ReadDatabaseTime;
  #difference = 0;
  #comparedAt = -Infinity;

  /** @param read - only for tests, whose time is moved by hand */
  constructor(clock: Clock, read: ReadDatabaseTime = readDatabaseTime) {
    this.#clock = clock;
    this.#read = read;
  }

  /** Now, in milliseconds since the Unix epoch; the database is asked every minute. */
  async now(client: Knex): Promise<number> {
    const before = this.#clock.now();
    // Also after the clock of this process was set back.
    if (Math.abs(before - this.#comparedAt) >= COMPARISON_PERIOD) {
      const time = await this.#read(client);
      const after = this.#clock.now();
      this.#difference = time === undefined ? 0 : Math.round(time - (before + after) / 2);
      this.#comparedAt = after;
    }
    return this.#clock.now() + this.#difference;
  }
}
