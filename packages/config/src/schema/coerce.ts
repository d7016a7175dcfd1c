import type { JsonValue } from '../json.js';
import { isObject } from '../merge.js';
import { toBoolean, toNumber } from '../reader-words.js';

/** A value as one of some types, if the reader of configuration would take it for that. */
export type Coerced = { readonly value: JsonValue } | undefined;

/**
 * Takes a value for one of the types of JSON schema: as it is, or as the number or boolean that its
 * text means to the reader.
 *
 * @param types - names of types; none for any
 */
export function coerce(value: JsonValue, types: readonly string[]): Coerced {
  if (types.length === 0 || types.some((type) => isOfType(value, type))) return { value };
  const number = types.some(isNumeric) && typeof value === 'string' ? toNumber(value) : undefined;
  if (number !== undefined && types.some((type) => isOfType(number, type))) {
    return { value: number };
  }
  const boolean = types.includes('boolean') ? toBoolean(value) : undefined;
  return boolean === undefined ? undefined : { value: boolean };
}

const isNumeric = (type: string) => type === 'number' || type === 'integer';

function isOfType(value: JsonValue, type: string): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isObject(value);
    case 'integer':
      return Number.isInteger(value);
    case 'string':
    case 'number':
    case 'boolean':
      return typeof value === type;
    default:
      // Not a type of JSON schema: whoever wrote it knows what it means.
      return true;
  }
}
