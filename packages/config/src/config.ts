import type { JsonObject, JsonValue } from './json.js';

/** Configuration data of one source, for example of one file. @public */
export type AppConfig = {
  /** Where the data is from: a file name, `env`, a URL. Errors name it. */
  context: string;
  /** The data itself. */
  data: JsonObject;
  /** Paths of keys that were taken out because the reader may not see them. */
  filteredKeys?: string[];
  /** Keys that are in use and deprecated, with what to do instead. */
  deprecatedKeys?: { key: string; description: string }[];
};

/**
 * Reads configuration values by key.
 *
 * @remarks
 * A key is a path of parts that are separated by dots, such as `backend.cors.origin`. `get…`
 * throws `E_CONFIG_MISSING` where there is no value, `getOptional…` returns undefined; both throw
 * `E_CONFIG_TYPE` where the value has another type than the one asked for, and `E_CONFIG_KEY` when
 * the key itself cannot be one. Values that are returned are copies.
 *
 * @public
 */
export type Config = {
  /**
   * Calls back after any value has changed, until unsubscribed. Only readers whose data can change
   * offer it: ask before you call.
   */
  subscribe?(onChange: () => void): { unsubscribe: () => void };

  /** Tells whether there is a value; `null` is none. */
  has(key: string): boolean;

  /** The keys directly under this reader. */
  keys(): string[];

  /** The value of any type, merged over all sources; without a key, everything. */
  get<T = JsonValue>(key?: string): T;
  /** Like `get`, or undefined when there is no value. */
  getOptional<T = JsonValue>(key?: string): T | undefined;

  /** A reader of the object at a key. */
  getConfig(key: string): Config;
  /** Like `getConfig`, or undefined when there is no value. */
  getOptionalConfig(key: string): Config | undefined;

  /** A reader for each object of the array at a key. */
  getConfigArray(key: string): Config[];
  /** Like `getConfigArray`, or undefined when there is no value. */
  getOptionalConfigArray(key: string): Config[] | undefined;

  /** A number, which may be written as a numeric string. */
  getNumber(key: string): number;
  /** Like `getNumber`, or undefined when there is no value. */
  getOptionalNumber(key: string): number | undefined;

  /** A boolean, or one of the words `true yes y on 1`, `false no n off 0` in any case. */
  getBoolean(key: string): boolean;
  /** Like `getBoolean`, or undefined when there is no value. */
  getOptionalBoolean(key: string): boolean | undefined;

  /** A string that is not empty. */
  getString(key: string): string;
  /** Like `getString`, or undefined when there is no value. An empty string is still refused. */
  getOptionalString(key: string): string | undefined;

  /** An array of strings that are not empty. */
  getStringArray(key: string): string[];
  /** Like `getStringArray`, or undefined when there is no value. */
  getOptionalStringArray(key: string): string[] | undefined;
};
