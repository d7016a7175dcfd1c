import type { HumanDuration, JsonValue } from '@stagewire/config';

/** Settings of one {@link CacheService.set}. @public */
export type CacheServiceSetOptions = {
  /**
   * How long the entry is kept; a number is milliseconds.
   *
   * @defaultValue that of the cache, which may be: for ever
   */
  ttl?: number | HumanDuration;
};

/** Settings of {@link CacheService.withOptions}. @public */
export type CacheServiceOptions = {
  /**
   * How long entries are kept when {@link CacheService.set} does not say; a number is
   * milliseconds.
   *
   * @defaultValue that of the configuration, which may be: for ever
   */
  defaultTtl?: number | HumanDuration;
};

/** Keeps values for a while, apart from those of other plugins. @public */
export interface CacheService {
  /** Reads a value; `undefined` when it is not there or its time is over. */
  get<TValue extends JsonValue>(key: string): Promise<TValue | undefined>;

  /** Writes a value, in the place of one that is there. */
  set(key: string, value: JsonValue, options?: CacheServiceSetOptions): Promise<void>;

  /** Removes a value; one that is not there is fine too. */
  delete(key: string): Promise<void>;

  /** The same cache with other defaults. Settings of several calls add up. */
  withOptions(options: CacheServiceOptions): CacheService;
}
