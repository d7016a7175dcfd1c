type Entry<TValue> = { value: TValue; expiresAt: number; wasUsed: boolean };

/**
 * A map of bounded size whose entries end on their own: the oldest that was not used lately makes
 * room for what is new. No timer runs for it.
 */
export class ExpiringMap<TKey, TValue> {
  readonly #limit: number;
  // A Map keeps the order of insertion. Use is only noted: to move an entry to the end whenever it
  // is asked for takes longer than all else that is done with it.
  readonly #entries = new Map<TKey, Entry<TValue>>();

  /** @param limit - how many entries are kept at most; 1 or more */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** How many entries are held, ended ones that nobody asked for included. */
  get size(): number {
    return this.#entries.size;
  }

  /** Finds what was set for the key, unless its time is over. */
  get(key: TKey): TValue | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    if (entry.expiresAt <= Date.now()) {
      this.#entries.delete(key);
      return undefined;
    }
    entry.wasUsed = true;
    return entry.value;
  }

  /** @param expiresAt - in milliseconds since the Unix epoch; from then on the entry is gone */
  set(key: TKey, value: TValue, expiresAt: number): void {
    this.#entries.delete(key);
    if (this.#entries.size >= this.#limit) this.#makeRoom();
    this.#entries.set(key, { value, expiresAt, wasUsed: false });
  }

  /** Forgets the key; unknown keys are ignored. */
  delete(key: TKey): void {
    this.#entries.delete(key);
  }

  // An entry that was used since its last turn gets another one, behind all others.
  #makeRoom(): void {
    for (const [key, entry] of this.#entries) {
      this.#entries.delete(key);
      if (!entry.wasUsed) return;
      entry.wasUsed = false;
      this.#entries.set(key, entry);
    }
  }
}
