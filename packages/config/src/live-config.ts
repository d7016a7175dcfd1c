import type { Config } from './config.js';
import { joinKeys, splitKey } from './config-key.js';
import type { ConfigReader } from './config-reader.js';
import type { JsonValue } from './json.js';
import { TRACE, type ConfigTrace, type TraceableConfig } from './origin.js';

/** Where a live view gets the present state from. */
export type LiveSource = {
  /** The reader of the whole present configuration. */
  readonly reader: ConfigReader;
  /** The full keys of the values that are declared to be secret. */
  readonly secretKeys: () => readonly string[];
  subscribe(onChange: () => void): { unsubscribe: () => void };
};

/**
 * A view of a part of the configuration that follows every change: each read looks at what is
 * there now.
 */
export class LiveConfig implements Config, TraceableConfig {
  readonly #source: LiveSource;
  readonly #prefix: string;

  /** @param prefix - the full key that is viewed; empty for everything */
  constructor(source: LiveSource, prefix: string) {
    this.#source = source;
    this.#prefix = prefix;
  }

  subscribe(onChange: () => void): { unsubscribe: () => void } {
    return this.#source.subscribe(onChange);
  }

  has(key: string): boolean {
    return this.#reader.has(this.#full(key));
  }

  keys(): string[] {
    if (!this.#prefix) return this.#reader.keys();
    return this.#reader.getOptionalConfig(this.#prefix)?.keys() ?? [];
  }

  get<T = JsonValue>(key?: string): T {
    return this.#reader.get<T>(this.#full(key));
  }

  getOptional<T = JsonValue>(key?: string): T | undefined {
    return this.#reader.getOptional<T>(this.#full(key));
  }

  /**
   * A view of the object at a key. It may come with a later change, so that its absence is told
   * by the first `get…` on the view; a value of another type is refused at once.
   */
  getConfig(key: string): Config {
    this.#reader.getOptionalConfig(this.#full(key));
    return new LiveConfig(this.#source, this.#full(key));
  }

  getOptionalConfig(key: string): Config | undefined {
    const present = this.#reader.getOptionalConfig(this.#full(key));
    return present && new LiveConfig(this.#source, this.#full(key));
  }

  getConfigArray(key: string): Config[] {
    return this.#reader.getConfigArray(this.#full(key));
  }

  getOptionalConfigArray(key: string): Config[] | undefined {
    return this.#reader.getOptionalConfigArray(this.#full(key));
  }

  getNumber(key: string): number {
    return this.#reader.getNumber(this.#full(key));
  }

  getOptionalNumber(key: string): number | undefined {
    return this.#reader.getOptionalNumber(this.#full(key));
  }

  getBoolean(key: string): boolean {
    return this.#reader.getBoolean(this.#full(key));
  }

  getOptionalBoolean(key: string): boolean | undefined {
    return this.#reader.getOptionalBoolean(this.#full(key));
  }

  getString(key: string): string {
    return this.#reader.getString(this.#full(key));
  }

  getOptionalString(key: string): string | undefined {
    return this.#reader.getOptionalString(this.#full(key));
  }

  getStringArray(key: string): string[] {
    return this.#reader.getStringArray(this.#full(key));
  }

  getOptionalStringArray(key: string): string[] | undefined {
    return this.#reader.getOptionalStringArray(this.#full(key));
  }

  [TRACE](): ConfigTrace {
    const { secretKeys } = this.#source;
    return { ...this.#reader[TRACE](), prefix: this.#prefix, secretKeys };
  }

  get #reader(): ConfigReader {
    return this.#source.reader;
  }

  #full(key: string = ''): string {
    // Checked alone, so that the error names the key that was asked for.
    splitKey(key);
    return joinKeys(this.#prefix, key);
  }
}
