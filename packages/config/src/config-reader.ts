import type { AppConfig, Config } from './config.js';
import { formatPath, joinKeys, splitKey } from './config-key.js';
import { configErrors, type FoundValue } from './errors.js';
import type { JsonObject, JsonValue } from './json.js';
import { isObject, mergeValues, ownValue } from './merge.js';
import { adviseOnMissing } from './missing-value.js';
import {
  TRACE,
  type ConfigOrigin,
  type ConfigTrace,
  type LoadedConfig,
  type TraceableConfig,
} from './origin.js';
import { toBoolean, toNumber } from './reader-words.js';

/** A value of one source; a null is never found, it hides what lower sources hold. */
type Found = { readonly value: JsonValue; readonly layer: ConfigReader };

/**
 * Reads configuration from plain data, and falls back to another reader for what is not there.
 *
 * @remarks
 * Objects are merged key by key over all readers of the chain; arrays and primitives replace what
 * is below them, and a `null` hides it. The errors that it throws name the file and line of the
 * value where the data was loaded from files.
 *
 * @public
 */
export class ConfigReader implements Config, TraceableConfig {
  readonly #data: JsonObject | undefined;
  readonly #context: string;
  /** This reader and its fallbacks, highest priority first. */
  readonly #layers: readonly ConfigReader[];
  readonly #prefix: string;
  readonly #origin: ConfigOrigin | undefined;

  /**
   * Makes one reader of several sources.
   *
   * @param configs - lowest priority first
   */
  static fromConfigs(configs: readonly AppConfig[]): ConfigReader {
    const reader = configs.reduce<ConfigReader | undefined>((fallback, config) => {
      const { origin } = config as Partial<LoadedConfig>;
      return new ConfigReader(config.data, config.context, fallback, '', origin);
    }, undefined);
    return reader ?? new ConfigReader(undefined);
  }

  /**
   * @param data - what is read from
   * @param context - where the data is from, named in errors
   * @param fallback - asked for what is not in the data
   * @param prefix - the full key that the data is under
   * @param origin - knows where the data is written
   */
  constructor(
    data: JsonObject | undefined,
    context: string = 'mock-config',
    fallback?: ConfigReader,
    prefix: string = '',
    origin?: ConfigOrigin,
  ) {
    this.#data = data;
    this.#context = context;
    this.#layers = [this, ...(fallback ? fallback.#layers : [])];
    this.#prefix = prefix;
    this.#origin = origin;
  }

  has(key: string): boolean {
    return this.#find(key) !== undefined;
  }

  keys(): string[] {
    const names = this.#layers.flatMap((layer) => Object.keys(layer.#data ?? {}));
    return [...new Set(names)].filter((name) => this.#findPath([name]) !== undefined);
  }

  get<T = JsonValue>(key?: string): T {
    return this.#required(key ?? '', this.getOptional<T>(key));
  }

  getOptional<T = JsonValue>(key?: string): T | undefined {
    const parts = splitKey(key);
    const values: JsonValue[] = [];
    for (const layer of this.#layers) {
      const value = layer.#own(parts);
      if (value === null) break;
      if (value !== undefined) values.push(value);
      if (value !== undefined && !isObject(value)) break;
    }
    return mergeValues(values) as T | undefined;
  }

  getConfig(key: string): ConfigReader {
    return this.#required(key, this.getOptionalConfig(key));
  }

  getOptionalConfig(key: string): ConfigReader | undefined {
    const parts = splitKey(key);
    const found: Found[] = [];
    for (const layer of this.#layers) {
      const value = layer.#own(parts);
      if (value === null) break;
      if (value !== undefined) found.push({ value, layer });
    }
    return found.reduceRight<ConfigReader | undefined>((fallback, { value, layer }) => {
      if (!isObject(value)) throw layer.#wrongType(key, value, 'object');
      const prefix = joinKeys(this.#prefix, key);
      return new ConfigReader(value, layer.#context, fallback, prefix, layer.#origin);
    }, undefined);
  }

  getConfigArray(key: string): ConfigReader[] {
    return this.#required(key, this.getOptionalConfigArray(key));
  }

  getOptionalConfigArray(key: string): ConfigReader[] | undefined {
    return this.#optionalArray(key, 'object-array', isObject, (value, layer, itemKey) => {
      const prefix = joinKeys(this.#prefix, itemKey);
      return new ConfigReader(value, layer.#context, undefined, prefix, layer.#origin);
    });
  }

  getNumber(key: string): number {
    return this.#required(key, this.getOptionalNumber(key));
  }

  getOptionalNumber(key: string): number | undefined {
    const found = this.#find(key);
    if (!found) return undefined;
    const { value, layer } = found;
    if (typeof value === 'number') return value;
    if (typeof value !== 'string') throw layer.#wrongType(key, value, 'number');
    const number = toNumber(value);
    if (number === undefined) throw configErrors.notConvertible(layer.#place(key), 'number');
    return number;
  }

  getBoolean(key: string): boolean {
    return this.#required(key, this.getOptionalBoolean(key));
  }

  getOptionalBoolean(key: string): boolean | undefined {
    const found = this.#find(key);
    if (!found) return undefined;
    const { value, layer } = found;
    if (typeof value === 'object') throw layer.#wrongType(key, value, 'boolean');
    const boolean = toBoolean(value);
    if (boolean === undefined) throw configErrors.notConvertible(layer.#place(key), 'boolean');
    return boolean;
  }

  getString(key: string): string {
    return this.#required(key, this.getOptionalString(key));
  }

  getOptionalString(key: string): string | undefined {
    const found = this.#find(key);
    if (!found) return undefined;
    if (!isFilledString(found.value)) throw found.layer.#wrongType(key, found.value, 'string');
    return found.value;
  }

  getStringArray(key: string): string[] {
    return this.#required(key, this.getOptionalStringArray(key));
  }

  getOptionalStringArray(key: string): string[] | undefined {
    return this.#optionalArray(key, 'string-array', isFilledString, (value) => value);
  }

  [TRACE](): ConfigTrace {
    const sources = this.#layers.map((layer) => layer.#source());
    return { prefix: this.#prefix, sources };
  }

  #find(key: string): Found | undefined {
    return this.#findPath(splitKey(key));
  }

  #findPath(parts: string[]): Found | undefined {
    for (const layer of this.#layers) {
      const value = layer.#own(parts);
      if (value === null) return undefined;
      if (value !== undefined) return { value, layer };
    }
    return undefined;
  }

  /** The value in this reader's own data; null when it, or an object around it, is hidden. */
  #own(parts: string[]): JsonValue | undefined {
    let value: JsonValue | undefined = this.#data;
    for (const [depth, part] of parts.entries()) {
      if (value === undefined || value === null) return value;
      if (!isObject(value)) {
        throw this.#wrongType(parts.slice(0, depth).join('.'), value, 'object');
      }
      value = ownValue(value, part);
    }
    return value;
  }

  #optionalArray<TItem extends JsonValue, TResult>(
    key: string,
    wanted: string,
    isItem: (value: JsonValue) => value is TItem,
    toResult: (value: TItem, layer: ConfigReader, itemKey: string) => TResult,
  ): TResult[] | undefined {
    const found = this.#find(key);
    if (!found) return undefined;
    const { value, layer } = found;
    if (!Array.isArray(value)) throw layer.#wrongType(key, value, wanted);
    return value.map((item, index) => {
      const itemKey = formatPath([key, index]);
      if (!isItem(item)) throw layer.#wrongType(itemKey, item, wanted);
      return toResult(item, layer, itemKey);
    });
  }

  #required<T>(key: string, value: T | undefined): T {
    if (value !== undefined) return value;
    const layers = this.#layers.map((layer) => ({ ...layer.#source(), data: layer.#data }));
    const advice = adviseOnMissing(layers, this.#prefix, splitKey(key));
    throw configErrors.missing(joinKeys(this.#prefix, key), this.#context, advice);
  }

  #wrongType(key: string, value: JsonValue, wanted: string): Error {
    return configErrors.wrongType(this.#place(key), typeName(value), wanted);
  }

  #place(key: string): FoundValue {
    const fullKey = joinKeys(this.#prefix, key);
    return {
      key: fullKey,
      context: this.#context,
      where: this.#origin?.locate(fullKey),
      from: this.#origin?.substitutions.find((each) => each.key === fullKey)?.from ?? [],
    };
  }

  #source() {
    return { context: this.#context, ...(this.#origin && { origin: this.#origin }) };
  }
}

function isFilledString(value: JsonValue): value is string {
  return typeof value === 'string' && value !== '';
}

function typeName(value: JsonValue): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (value === '') return 'empty-string';
  if (Number.isNaN(value)) return 'nan';
  return typeof value;
}
