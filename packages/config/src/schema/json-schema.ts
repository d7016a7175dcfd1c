import type { JsonValue } from '../json.js';
import { isObject, ownValue } from '../merge.js';

/** Who may see a value: everybody, the backend alone, or nobody in any output. @public */
export type ConfigVisibility = 'frontend' | 'backend' | 'secret';

/**
 * A JSON schema of draft 7, with the words that the ecosystem adds to it.
 *
 * @public
 */
export type JsonSchema = {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: JsonValue;
  readonly properties?: Readonly<Record<string, JsonSchema | boolean>>;
  readonly required?: readonly string[];
  readonly enum?: readonly JsonValue[];
  readonly const?: JsonValue;
  /** Who may see the value. */
  readonly visibility?: ConfigVisibility;
  /** Who may see the value and all that is under it. */
  readonly deepVisibility?: ConfigVisibility;
  /** What to use instead, or that there is something. */
  readonly deprecated?: string | boolean;
  readonly [keyword: string]: unknown;
};

/** A schema as it is written at one place: `true` takes anything, `false` nothing. */
export type AnySchema = JsonSchema | boolean;

/** The schemas under a keyword that holds a list of them, such as `anyOf`. */
export function schemasAt(schema: JsonSchema, keyword: string): readonly AnySchema[] {
  const value = schema[keyword];
  return Array.isArray(value) ? value.filter(isSchema) : [];
}

/** The names under a keyword that holds schemas by name, such as `properties`. */
export function namesAt(schema: JsonSchema, keyword: string): string[] {
  const value = schema[keyword];
  return isObject(value) ? Object.keys(value) : [];
}

/** One of the schemas under a keyword that holds them by name. */
export function namedSchemaAt(
  schema: JsonSchema,
  keyword: string,
  name: string,
): AnySchema | undefined {
  const value = schema[keyword];
  const named = isObject(value) ? ownValue(value, name) : undefined;
  return isSchema(named) ? named : undefined;
}

/** The schema under a keyword that holds one, such as `additionalProperties`. */
export function schemaAt(schema: JsonSchema, keyword: string): AnySchema | undefined {
  const value = schema[keyword];
  return isSchema(value) ? value : undefined;
}

/** The number under a keyword, such as `minimum`. */
export function numberAt(schema: JsonSchema, keyword: string): number | undefined {
  const value = schema[keyword];
  return typeof value === 'number' ? value : undefined;
}

/** The types that a schema names; empty for any. */
export function typesOf({ type }: JsonSchema): readonly string[] {
  return [type].flat().filter((each) => typeof each === 'string');
}

/** Follows `$ref` inside of one document; undefined when it leads nowhere, or in a circle. */
export function resolveReference(schema: AnySchema, root: JsonSchema): AnySchema | undefined {
  let found: AnySchema | undefined = schema;
  const seen = new Set<unknown>();
  while (typeof found === 'object' && typeof found.$ref === 'string') {
    if (seen.has(found)) return undefined;
    seen.add(found);
    found = findAtPointer(root, found.$ref);
  }
  return found;
}

function findAtPointer(root: JsonSchema, reference: string): AnySchema | undefined {
  if (!reference.startsWith('#')) return undefined;
  const parts = reference.slice(1).split('/').slice(1).map(decodePart);
  const found = parts.reduce<unknown>(
    (value, part) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, part)
        ? (value as Record<string, unknown>)[part]
        : undefined,
    root,
  );
  return isSchema(found) ? found : undefined;
}

function decodePart(part: string): string {
  const text = part.replaceAll('~1', '/').replaceAll('~0', '~');
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a percent sign that means itself
  }
}

/** Tells whether a value can be a schema. */
export function isSchema(value: unknown): value is AnySchema {
  return typeof value === 'boolean' || isObject(value);
}
