import { isDeepStrictEqual } from 'node:util';
import { ConfigReader } from './config-reader.js';
import { FileWatch } from './file-watch.js';
import type { LiveSource } from './live-config.js';
import type { LoadedSources } from './load-config.js';

/** How a source is kept up to date. */
export type ReloadOptions = {
  /** Loads everything anew; tells the files that it looks at, also those that it fails for. */
  readonly load: (looked: Set<string>) => Promise<LoadedSources>;
  /** Throws for values that cannot be used. */
  readonly check: (reader: ConfigReader) => void;
  /** The full keys of the values that are declared to be secret. */
  readonly findSecretKeys: (reader: ConfigReader) => readonly string[];
  readonly watch: boolean;
  /** Milliseconds between two requests of remote configuration. */
  readonly reloadInterval: number;
  readonly onInvalid: (error: unknown) => void;
};

/** Holds the present configuration, and loads it anew when its files change, until it is closed. */
export class ReloadedSource implements LiveSource {
  readonly #options: ReloadOptions;
  readonly #subscribers = new Set<{ onChange: () => void }>();
  readonly #files: FileWatch | undefined;
  readonly #interval: NodeJS.Timeout | undefined;
  #reader: ConfigReader;
  #watched: readonly string[] = [];
  #reloading = false;
  #changedMeanwhile = false;
  #closed = false;

  /** @param since - when loading began, in milliseconds since the Unix epoch */
  constructor(options: ReloadOptions, loaded: LoadedSources, since: number) {
    this.#options = options;
    this.#reader = ConfigReader.fromConfigs(loaded.appConfigs);
    options.check(this.#reader);
    if (!options.watch) return;
    this.#files = new FileWatch(() => void this.#reload());
    this.#watch(loaded.files, since);
    if (loaded.remote) {
      this.#interval = setInterval(() => void this.#reload(), options.reloadInterval).unref();
    }
  }

  get reader(): ConfigReader {
    return this.#reader;
  }

  readonly secretKeys = (): readonly string[] => this.#options.findSecretKeys(this.#reader);

  subscribe(onChange: () => void): { unsubscribe: () => void } {
    const subscriber = { onChange };
    this.#subscribers.add(subscriber);
    return { unsubscribe: () => void this.#subscribers.delete(subscriber) };
  }

  /** Stops following changes; a second call does nothing. */
  close(): void {
    this.#closed = true;
    this.#files?.close();
    clearInterval(this.#interval);
    this.#subscribers.clear();
  }

  async #reload(): Promise<void> {
    this.#changedMeanwhile = this.#reloading;
    if (this.#reloading) return;
    this.#reloading = true;
    try {
      await this.#loadAnew();
    } finally {
      this.#reloading = false;
    }
    if (this.#changedMeanwhile) await this.#reload();
  }

  async #loadAnew(): Promise<void> {
    const since = Date.now();
    const looked = new Set<string>();
    try {
      const loaded = await this.#options.load(looked);
      if (this.#closed) return;
      this.#watch(loaded.files, since);
      const reader = ConfigReader.fromConfigs(loaded.appConfigs);
      this.#options.check(reader);
      this.#replace(reader);
    } catch (error) {
      if (this.#closed) return;
      // Also the file that was not there: it may come.
      this.#watch([...new Set([...this.#watched, ...looked])], since);
      this.#options.onInvalid(error);
    }
  }

  #watch(files: readonly string[], since: number): void {
    this.#watched = files;
    this.#files?.update(files, since);
  }

  #replace(reader: ConfigReader): void {
    const changed = !isDeepStrictEqual(reader.getOptional(), this.#reader.getOptional());
    // Replaced in any case: lines may have moved.
    this.#reader = reader;
    if (changed) for (const { onChange } of this.#subscribers) callSafely(onChange);
  }
}

function callSafely(onChange: () => void): void {
  try {
    onChange();
  } catch (error) {
    // There is no logger here: this is what the logger is configured by.
    console.error('Config subscriber failed,', error);
  }
}
