import { createHash } from 'node:crypto';
import { durationToMilliseconds, type HumanDuration, type JsonValue } from '@stagewire/config';
import type {
  CacheService,
  CacheServiceOptions,
  CacheServiceSetOptions,
} from '@stagewire/plugin-api';
import type { Keyv } from 'keyv';

/** Longer keys are kept as their digest: Memcached, for one, takes no more than 250 characters. */
const MAX_KEY_LENGTH = 199;

/** What the caches of all plugins share. */
export type PluginCacheTools = {
  /** Asked for each use, and so to remember what it made. */
  connect: () => Promise<Keyv>;
  /** The key of an entry of this plugin among those of all plugins. */
  toKey: (key: string) => string;
};

/** The cache of one plugin. */
export class PluginCache implements CacheService {
  readonly #tools: PluginCacheTools;
  readonly #defaultTtl: number | undefined;

  /** @param defaultTtl - in milliseconds; without it, entries do not expire */
  constructor(tools: PluginCacheTools, defaultTtl: number | undefined) {
    this.#tools = tools;
    this.#defaultTtl = defaultTtl;
  }

  async get<TValue extends JsonValue>(key: string): Promise<TValue | undefined> {
    const store = await this.#tools.connect();
    try {
      return await store.get<TValue>(this.#toKey(key));
    } catch (error) {
      // Others can write to a server too, and what cannot be read is no value.
      if (error instanceof SyntaxError) return undefined;
      throw error;
    }
  }

  async set(key: string, value: JsonValue, options: CacheServiceSetOptions = {}): Promise<void> {
    const store = await this.#tools.connect();
    const ttl = toMilliseconds(options.ttl) ?? this.#defaultTtl;
    // To keyv, 0 is for ever; what is over before it begins, or is no time at all, is not kept.
    if (ttl === undefined || ttl === 0 || ttl === Infinity)
      await store.set(this.#toKey(key), value);
    else if (ttl > 0) await store.set(this.#toKey(key), value, ttl);
    else await store.delete(this.#toKey(key));
  }

  async delete(key: string): Promise<void> {
    const store = await this.#tools.connect();
    await store.delete(this.#toKey(key));
  }

  withOptions(options: CacheServiceOptions): CacheService {
    return new PluginCache(this.#tools, toMilliseconds(options.defaultTtl) ?? this.#defaultTtl);
  }

  #toKey(key: string): string {
    return this.#tools.toKey(toStoredKey(key));
  }
}

function toStoredKey(key: string): string {
  const encoded = Buffer.from(key).toString('base64');
  if (encoded.length <= MAX_KEY_LENGTH) return encoded;
  return createHash('sha256').update(key).digest('base64');
}

function toMilliseconds(ttl: number | HumanDuration | undefined): number | undefined {
  return typeof ttl === 'object' ? durationToMilliseconds(ttl) : ttl;
}
