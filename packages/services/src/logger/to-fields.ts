import type { JsonObject, JsonValue } from '@stagewire/config';
import { isError, isExplained } from '@stagewire/errors';

/** How deep objects are followed. */
const MAX_DEPTH = 8;

/** How many values one line holds. */
const MAX_VALUES = 1_000;

/** How many characters one value holds. */
const MAX_LENGTH = 32_768;

/** How many fields an object has at most that is copied without following it. */
const MAX_PLAIN = 50;

/**
 * Makes plain, bounded data of whatever is handed to a logger, and never throws: circles, getters
 * that throw, and values that JSON has no form for, come out as texts that say so.
 *
 * @remarks
 * An error gives its own fields, `message`, `stack`, `cause`, and `code` and `fix` where it has
 * these.
 */
export function toFields(meta: unknown): JsonObject {
  if (meta === undefined || meta === null) return {};
  try {
    const plain = copyPlain(meta) ?? new PlainCopy().copy(meta);
    if (typeof plain === 'object' && plain !== null && !Array.isArray(plain)) return plain;
    return plain === undefined ? {} : { meta: plain };
  } catch (error) {
    return { meta: `[unreadable: ${describe(error)}]` };
  }
}

/** Copies the common case, an object of a few short values; undefined for all else. */
function copyPlain(meta: object): JsonObject | undefined {
  if (Object.getPrototypeOf(meta) !== Object.prototype) return undefined;
  if ('stack' in meta || 'toJSON' in meta) return undefined;
  try {
    // In one go, and first: a getter may say something else when it is asked again.
    const copy = { ...meta } as JsonObject;
    const keys = Object.keys(copy);
    return keys.length <= MAX_PLAIN && keys.every((key) => isPlain(copy[key], key))
      ? copy
      : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a field stands in a line as it is. */
export function isPlain(value: unknown, key: string): boolean {
  if (typeof value === 'string') return value.length <= MAX_LENGTH && key !== '__proto__';
  return typeof value === 'boolean' || Number.isFinite(value);
}

/** A text cut to a length that a log can take. */
export function toBoundedText(text: string): string {
  if (text.length <= MAX_LENGTH) return text;
  return `${text.slice(0, MAX_LENGTH)}… (${text.length - MAX_LENGTH} more characters)`;
}

class PlainCopy {
  readonly #parents = new Set<object>();
  #values = 0;

  copy(value: unknown): JsonValue | undefined {
    if (this.#values++ > MAX_VALUES) return '[too much]';
    switch (typeof value) {
      case 'string':
        return toBoundedText(value);
      case 'boolean':
        return value;
      case 'number':
        return Number.isFinite(value) ? value : String(value);
      case 'bigint':
        return String(value);
      case 'object':
        return value === null ? null : this.#copyObject(value);
      default:
        return undefined;
    }
  }

  #copyObject(object: object): JsonValue | undefined {
    if (this.#parents.has(object)) return '[circular]';
    if (this.#parents.size > MAX_DEPTH) return '[too deep]';
    this.#parents.add(object);
    try {
      if (object instanceof Error || (isError(object) && 'stack' in object)) {
        return this.#copyError(object as Error);
      }
      if (Array.isArray(object)) return this.#copyArray(object);
      if ('toJSON' in object && typeof object.toJSON === 'function') {
        return this.copy((object.toJSON as () => unknown)());
      }
      return this.#copyFields(object);
    } catch (error) {
      return `[unreadable: ${describe(error)}]`;
    } finally {
      this.#parents.delete(object);
    }
  }

  #copyArray(array: unknown[]): JsonValue[] {
    const kept = array.slice(0, MAX_VALUES - this.#values);
    const rest = array.length - kept.length;
    return [...kept.map((item) => this.copy(item) ?? null), ...(rest ? [`[${rest} more]`] : [])];
  }

  #copyFields(object: object, without: readonly string[] = []): JsonObject {
    const fields: JsonObject = {};
    for (const key of Object.keys(object)) {
      if (without.includes(key) || key === '__proto__') continue;
      if (this.#values > MAX_VALUES) break;
      const value = this.copy(read(object, key));
      if (value !== undefined) fields[key] = value;
    }
    return fields;
  }

  #copyError(error: Error): JsonObject {
    const described = {
      name: error.name,
      message: error.message,
      ...(isExplained(error) && { code: error.code, fix: error.fix }),
      stack: error.stack,
      cause: error.cause,
      errors: (error as Partial<AggregateError>).errors,
    };
    return {
      ...this.#copyFields(described),
      ...this.#copyFields(error, Object.keys(described)),
    };
  }
}

function read(object: object, key: string): unknown {
  try {
    return (object as Record<string, unknown>)[key];
  } catch (error) {
    return `[unreadable: ${describe(error)}]`;
  }
}

function describe(error: unknown): string {
  try {
    return error instanceof Error ? error.message : String(error);
  } catch {
    return 'unknown';
  }
}
