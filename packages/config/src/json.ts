/** A JSON primitive. @public */
export type JsonPrimitive = number | string | boolean | null;

/** A JSON object; a key may be missing. @public */
export type JsonObject = { [key in string]?: JsonValue };

/** A JSON array. @public */
export interface JsonArray extends Array<JsonValue> {}

/** Anything that JSON can express. @public */
export type JsonValue = JsonObject | JsonArray | JsonPrimitive;

/** A length of time, told in parts that add up; every part is a number. @public */
export type HumanDuration = {
  years?: number;
  months?: number;
  weeks?: number;
  days?: number;
  hours?: number;
  minutes?: number;
  seconds?: number;
  milliseconds?: number;
};
