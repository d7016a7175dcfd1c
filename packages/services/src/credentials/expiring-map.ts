/**
 * A map of bounded size whose entries end on their own: what was used least recently makes room
 * for what is new. No timer runs for it.
 */
export class ExpiringMap<TKey, TValue> {
  readonly #limit: number;
  // A Map keeps the order of insertion, so its first entry is the one unused for longest.
  readonly #entries = new Map<TKey, { value: TValue; expiresAt: number }>();

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
    this.#entries.delete(key);
    if (entry.expiresAt <= Date.now()) return undefined;
    this.#entries.set(key, entry);
    return entry.value;
  }

  /** @param expiresAt - in milliseconds since the Unix epoch; from then on the entry is gone */
  set(key: TKey, value: TValue, expiresAt: number): void {
    this.#entries.delete(key);
    this.#entries.set(key, { value, expiresAt });
    if (this.#entries.size > this.#limit) {
      this.#entries.delete(this.#entries.keys().next().value as TKey);
    }
  }

  /** Forgets the key; unknown keys are ignored. */
  delete(key: TKey): void {
    this.#entries.delete(key);
  }
}
