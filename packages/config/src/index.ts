export type { HumanDuration, JsonArray, JsonObject, JsonPrimitive, JsonValue } from './json.js';
