import { createHash } from 'node:crypto';
import { durationToMilliseconds, type HumanDuration, type JsonValue } from '@stagewire/config';
import type {
  CacheService,
  CacheServiceOptions,
  CacheServiceSetOptions,
} from '@stagewire/plugin-api';
import type { Keyv } from 'keyv';

/** Longer keys are kept as their digest: memcached, for one, takes no more than 250 characters. */
const MAX_KEY_LENGTH = 199;

/** The cache of one plugin. */
export class PluginCache implements CacheService {
  readonly #connect: () => Promise<Keyv>;
  readonly #defaultTtl: number | undefined;

  /**
   * @param connect - asked for each use, and so to remember what it made
   * @param defaultTtl - in milliseconds; without it, entries do not expire
   */
  constructor(connect: () => Promise<Keyv>, defaultTtl: number | undefined) {
    this.#connect = connect;
    this.#defaultTtl = defaultTtl;
  }

  async get<TValue extends JsonValue>(key: string): Promise<TValue | undefined> {
    const store = await this.#connect();
    return store.get<TValue>(toStoredKey(key));
  }

  async set(key: string, value: JsonValue, options: CacheServiceSetOptions = {}): Promise<void> {
    const store = await this.#connect();
    await store.set(toStoredKey(key), value, toMilliseconds(options.ttl) ?? this.#defaultTtl);
  }

  async delete(key: string): Promise<void> {
    const store = await this.#connect();
    await store.delete(toStoredKey(key));
  }

  withOptions(options: CacheServiceOptions): CacheService {
    return new PluginCache(this.#connect, toMilliseconds(options.defaultTtl) ?? this.#defaultTtl);
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
