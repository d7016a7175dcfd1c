import type { JsonObject, JsonValue } from '@stagewire/config';

/** Merges objects key by key; anything else of the second one wins as a whole. */
export function mergeDeep(base: JsonObject, override: JsonObject): JsonObject {
  const merged: JsonObject = { ...base };
  for (const [key, value] of Object.entries(override)) {
    const present = merged[key];
    merged[key] = isObject(present) && isObject(value) ? mergeDeep(present, value) : value;
  }
  return merged;
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
