import type { JsonSchema } from './json-schema.js';
import type { PackageSchema } from './package-schema.js';
import type { Declaration, SchemaLevel } from './schema-level.js';

/** A JSON schema of draft 7; `declaredBy` at each place names the packages. @public */
export type ConfigSchemaDocument = JsonSchema & { readonly declaredBy?: readonly string[] };

/** Keywords that belong to one document, or that are put together anew. */
const OWN = new Set(['$schema', '$id', 'definitions', '$defs', 'properties', 'required']);

/** Plain objects are merged key by key; whatever else there is stands side by side. */
const PLAIN = new Set([...OWN, 'type', 'description', 'title', 'visibility', 'deepVisibility']);

/** One JSON schema of everything that packages declare. */
export function toDocument(root: SchemaLevel): ConfigSchemaDocument {
  const definitions: Record<string, unknown> = {};
  for (const { source } of root.declarations) {
    for (const keyword of ['definitions', '$defs']) {
      for (const [name, schema] of Object.entries(source.schema[keyword] ?? {})) {
        definitions[definitionName(source, name)] = relocate(schema, source);
      }
    }
  }
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    ...write(root),
    ...(Object.keys(definitions).length > 0 && { definitions }),
  };
}

function write(level: SchemaLevel, around: readonly JsonSchema[] = []): ConfigSchemaDocument {
  const { declarations, packages: declaredBy } = level;
  const inside = [...around, ...declarations.map(({ schema }) => schema)];
  // A schema that contains itself has no end that could be written down.
  if (declarations.every(({ schema }) => around.includes(schema))) return { declaredBy };
  if (!declarations.every(({ schema }) => isPlainObject(schema))) {
    return { ...writeBeside(declarations), declaredBy };
  }
  const properties = Object.fromEntries(
    level.keys.map((key) => [key, write(level.child(key), inside)]),
  );
  const required = new Set(declarations.flatMap(({ schema }) => schema.required ?? []));
  const description = declarations.find(({ schema }) => schema.description)?.schema.description;
  const { visibility, deepVisibility } = level;
  return {
    type: 'object',
    ...(description && { description }),
    properties,
    ...(required.size > 0 && { required: [...required] }),
    ...(visibility && { visibility }),
    ...(deepVisibility && { deepVisibility }),
    declaredBy,
  };
}

function isPlainObject(schema: JsonSchema): boolean {
  const keywords = Object.keys(schema);
  return schema.properties !== undefined && keywords.every((keyword) => PLAIN.has(keyword));
}

function writeBeside(declarations: readonly Declaration[]): JsonSchema {
  // Alternatives are inside of what they belong to.
  const outer = declarations.filter(
    ({ schema, source }) =>
      !declarations.some((other) => other.source === source && holds(other.schema, schema)),
  );
  const schemas = outer.map(({ schema, source }) => relocate(schema, source) as JsonSchema);
  return schemas.length === 1 ? schemas[0]! : { allOf: schemas };
}

function holds(outer: JsonSchema, inner: JsonSchema): boolean {
  return ['allOf', 'anyOf', 'oneOf', 'then', 'else'].some((keyword) =>
    [outer[keyword]].flat().includes(inner),
  );
}

/** A copy whose references lead to where the definitions of its document are now. */
function relocate(schema: unknown, source: PackageSchema): unknown {
  if (Array.isArray(schema)) return schema.map((each) => relocate(each, source));
  if (typeof schema !== 'object' || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) => {
      const name =
        typeof value === 'string' && /^#\/(?:definitions|\$defs)\/(.*)$/.exec(value)?.[1];
      if (key !== '$ref' || !name) return [key, relocate(value, source)];
      return [key, `#/definitions/${encodePart(definitionName(source, decodeURIComponent(name)))}`];
    }),
  );
}

function definitionName(source: PackageSchema, name: string): string {
  return `${source.package}/${name}`;
}

function encodePart(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
