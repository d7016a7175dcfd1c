/** A piece of the start that can be named while it runs. */
export type WatchedWork = {
  /** `plugin 'todo'`, `module 'mail' for plugin 'todo'`. */
  name: string;
  /** What it waits for at this moment, in words. */
  waitsFor: () => string;
};

type Entry = WatchedWork & { since: number; told: boolean };

const MIN_INTERVAL = 50;
const MAX_INTERVAL = 1000;

/** Names what takes longer than expected, once each, with what it waits for. */
export class Watchdog {
  private readonly running = new Set<Entry>();
  private readonly timer: NodeJS.Timeout;

  /**
   * @param limit - milliseconds after which work is named
   * @param tell - says it; called at most once for each piece of work
   */
  constructor(
    private readonly limit: number,
    private readonly tell: (work: WatchedWork, milliseconds: number) => void,
  ) {
    const interval = Math.min(Math.max(limit / 4, MIN_INTERVAL), MAX_INTERVAL);
    this.timer = setInterval(() => this.look(), interval).unref();
  }

  /** Puts work under watch. @returns a function that ends the watch */
  begin(work: WatchedWork): () => void {
    const entry: Entry = { ...work, since: performance.now(), told: false };
    this.running.add(entry);
    return () => void this.running.delete(entry);
  }

  /** Runs work under watch. */
  async watch<T>(work: WatchedWork, run: () => Promise<T>): Promise<T> {
    const end = this.begin(work);
    try {
      return await run();
    } finally {
      end();
    }
  }

  /** Everything that runs at this moment, for telling why nothing goes on. */
  describe(): string[] {
    return [...this.running].map(({ name, waitsFor }) => `${name} waits for ${waitsFor()}`);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    for (const entry of this.running) {
      const elapsed = performance.now() - entry.since;
      if (entry.told || elapsed < this.limit) continue;
      entry.told = true;
      this.tell(entry, elapsed);
    }
  }
}
