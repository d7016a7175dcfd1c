/** How far apart two looks are that count, in milliseconds; a run gives a sign every 5 seconds. */
const LOOK_INTERVAL = 5_000;
/** After how many looks without a sign of life a run is taken for dead. */
const MISSED_SIGNS = 4;

/**
 * Finds runs whose process is gone, or does not respond: it is long past its next sign of life.
 *
 * @remarks
 * Looks are counted, and clocks are not compared: those of two machines may differ, and after this
 * process was suspended, the first look must not find everybody else dead.
 */
export class LeaseWatch {
  readonly #seen = new Map<string, { beat: number; lookedAt: number; missed: number }>();

  /**
   * Takes one look at a run.
   *
   * @param beat - grows with each sign of life
   * @param now - in milliseconds
   * @returns whether the run is to be taken for dead: some 20 seconds after its last sign
   */
  look(ticket: string, beat: number, now: number): boolean {
    const seen = this.#seen.get(ticket);
    if (!seen || seen.beat !== beat) {
      this.#seen.set(ticket, { beat, lookedAt: now, missed: 0 });
      return false;
    }
    if (now - seen.lookedAt >= LOOK_INTERVAL) {
      seen.missed++;
      seen.lookedAt = now;
    }
    return seen.missed >= MISSED_SIGNS;
  }

  /** Forgets all runs but these. */
  keep(tickets: ReadonlySet<string>): void {
    for (const ticket of this.#seen.keys()) {
      if (!tickets.has(ticket)) this.#seen.delete(ticket);
    }
  }
}
