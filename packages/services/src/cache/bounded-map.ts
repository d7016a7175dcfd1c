/**
 * A map that forgets the entry that was not used for the longest time once it has too many.
 *
 * @remarks
 * It has the methods that keyv asks a store for.
 */
export class BoundedMap<TValue> {
  readonly #entries = new Map<string, TValue>();
  readonly #maxEntries: number;

  /** @param maxEntries - 1 or more */
  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): TValue | undefined {
    const value = this.#entries.get(key);
    // A map keeps the order in which keys came in: what is used comes in again.
    if (value !== undefined) this.set(key, value);
    return value;
  }

  set(key: string, value: TValue): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size <= this.#maxEntries) return;
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined) this.#entries.delete(oldest);
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  delete(key: string): boolean {
    return this.#entries.delete(key);
  }

  clear(): void {
    this.#entries.clear();
  }
}
