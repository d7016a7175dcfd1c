import type { JsonObject, JsonValue } from './json.js';

/** Tells whether a value is merged key by key; arrays and primitives are replaced as a whole. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value of an object's own key: `constructor` and the like are no configuration. */
export function ownValue(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Makes a copy of values laid over one another, the first on top. */
export function mergeValues(values: readonly JsonValue[]): JsonValue | undefined {
  return values.reduceRight<JsonValue | undefined>(
    (under, over) => layOver(over, under),
    undefined,
  );
}

function layOver(over: JsonValue, under: JsonValue | undefined): JsonValue {
  if (!isObject(over)) return copy(over);
  const below = isObject(under) ? under : {};
  const merged: JsonObject = {};
  for (const key of new Set([...Object.keys(over), ...Object.keys(below)])) {
    // Assigning it would replace the prototype, and no reader can ask for it.
    if (key === '__proto__') continue;
    const value = ownValue(over, key);
    const lower = ownValue(below, key);
    if (value === undefined) {
      if (lower !== undefined && lower !== null) merged[key] = layOver(lower, undefined);
    } else if (value !== null) {
      merged[key] = layOver(value, lower);
    }
  }
  return merged;
}

// Inside of arrays a null is an element, not a way to hide one.
function copy(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(copy);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).filter(([key]) => key !== '__proto__');
  return Object.fromEntries(
    entries.map(([key, entry]) => [key, entry === undefined ? entry : copy(entry)]),
  );
}
