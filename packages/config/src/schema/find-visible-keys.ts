import { formatPath, type Path } from '../config-key.js';
import type { JsonValue } from '../json.js';
import { isObject } from '../merge.js';
import type { ConfigVisibility } from './json-schema.js';
import type { SchemaLevel } from './schema-level.js';

/**
 * Finds the values that are declared to have a visibility: their own, or the one of something around
 * them that reaches down. What is declared without one is for the backend.
 *
 * @returns the full keys of primitive values: `integrations.github[0].token`
 */
export function findVisibleKeys(
  data: JsonValue,
  root: SchemaLevel,
  visibility: ConfigVisibility,
): string[] {
  const keys: string[] = [];
  const visit = (value: JsonValue, level: SchemaLevel, path: Path, above?: ConfigVisibility) => {
    const deep = level.deepVisibility ?? above;
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) {
        // A list of secrets is marked at the list, or at its elements.
        const inherited = level.visibility ?? deep;
        visit(item, level.item(index), [...path, index], inherited);
      }
    } else if (isObject(value)) {
      for (const [key, child] of Object.entries(value)) {
        if (child !== undefined) visit(child, level.child(key), [...path, key], deep);
      }
    } else if (
      (level.visibility ?? deep ?? (level.isEmpty ? undefined : 'backend')) === visibility
    ) {
      keys.push(formatPath(path));
    }
  };
  visit(data, root, []);
  return keys;
}
