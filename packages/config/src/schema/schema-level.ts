import {
  isSchema,
  namedSchemaAt,
  namesAt,
  resolveReference,
  schemaAt,
  schemasAt,
  typesOf,
  type AnySchema,
  type ConfigVisibility,
  type JsonSchema,
} from './json-schema.js';
import type { PackageSchema } from './package-schema.js';
import { matchesPattern } from './patterns.js';

/** What one package says of one place in the configuration. */
export type Declaration = { readonly source: PackageSchema; readonly schema: JsonSchema };

/** The strictest first. */
const VISIBILITIES: readonly ConfigVisibility[] = ['secret', 'backend', 'frontend'];

/** Keywords whose schemas are about the same value. */
const ALTERNATIVES = ['allOf', 'anyOf', 'oneOf'];
const CONDITIONALS = ['then', 'else'];

/**
 * One place in the configuration, with what all packages together say of it. Of alternatives, all are
 * taken in, since any of them may be meant.
 */
export class SchemaLevel {
  readonly declarations: readonly Declaration[];

  private constructor(declarations: readonly Declaration[]) {
    this.declarations = declarations;
  }

  /** The configuration as a whole. */
  static ofRoot(sources: readonly PackageSchema[]): SchemaLevel {
    return SchemaLevel.#expand(sources.map((source) => ({ source, schema: source.schema })));
  }

  static #expand(written: readonly { source: PackageSchema; schema: AnySchema }[]): SchemaLevel {
    const declarations: Declaration[] = [];
    for (const { source, schema } of written) expand(schema, source, declarations);
    return new SchemaLevel(declarations);
  }

  /** The keys that are declared here, of all packages. */
  get keys(): string[] {
    const keys = this.declarations.flatMap(({ schema }) => namesAt(schema, 'properties'));
    return [...new Set(keys)];
  }

  /** Whether keys of any name may be here. */
  get isOpen(): boolean {
    return this.declarations.some(({ schema }) => isOpen(schema));
  }

  /** Whether a package says that there are no other keys than those that it declares. */
  get isClosed(): boolean {
    return this.declarations.some(({ schema }) => schema.additionalProperties === false);
  }

  /** The packages that declare something here: `@scope/name@1.2.3`. */
  get packages(): string[] {
    return [...new Set(this.declarations.map(({ source }) => source.package))];
  }

  /** The visibility that is declared here; where packages differ, the strictest. */
  get visibility(): ConfigVisibility | undefined {
    return this.#strictest('visibility');
  }

  /** The visibility that is declared for all that is under here. */
  get deepVisibility(): ConfigVisibility | undefined {
    return this.#strictest('deepVisibility');
  }

  /** Whether nobody declares anything here. */
  get isEmpty(): boolean {
    return this.declarations.length === 0;
  }

  /** What is at a key; empty when nobody declares it. */
  child(key: string): SchemaLevel {
    return SchemaLevel.#expand(
      this.declarations.flatMap(({ source, schema }) =>
        childrenOf(schema, key).map((child) => ({ source, schema: child })),
      ),
    );
  }

  /** What an element of an array is; empty when nobody says. */
  item(index: number): SchemaLevel {
    return SchemaLevel.#expand(
      this.declarations.flatMap(({ source, schema }) => {
        const item = itemOf(schema, index);
        return item === undefined ? [] : [{ source, schema: item }];
      }),
    );
  }

  #strictest(keyword: 'visibility' | 'deepVisibility'): ConfigVisibility | undefined {
    return VISIBILITIES.find((each) =>
      this.declarations.some(({ schema }) => schema[keyword] === each),
    );
  }
}

function expand(schema: AnySchema, source: PackageSchema, into: Declaration[]): void {
  const found = resolveReference(schema, source.schema);
  // `true` declares a place at which there may be anything.
  const declared = found === true ? {} : found;
  if (!declared || into.some((each) => each.schema === declared)) return;
  into.push({ source, schema: declared });
  for (const keyword of ALTERNATIVES) {
    for (const each of schemasAt(declared, keyword)) expand(each, source, into);
  }
  for (const keyword of CONDITIONALS) {
    const each = schemaAt(declared, keyword);
    if (each !== undefined) expand(each, source, into);
  }
}

/** The schemas that a key is held to. */
export function childrenOf(schema: JsonSchema, key: string): AnySchema[] {
  const named = namedSchemaAt(schema, 'properties', key);
  const matched = namesAt(schema, 'patternProperties')
    .filter((pattern) => matchesPattern(key, pattern))
    .map((pattern) => namedSchemaAt(schema, 'patternProperties', pattern))
    .filter((each) => each !== undefined);
  const found = named === undefined ? matched : [named, ...matched];
  if (found.length > 0) return found;
  const others = schemaAt(schema, 'additionalProperties');
  return others === undefined || others === false ? [] : [others];
}

/** The schema that an element of an array is held to. */
export function itemOf(schema: JsonSchema, index: number): AnySchema | undefined {
  const { items } = schema;
  if (!Array.isArray(items)) return schemaAt(schema, 'items');
  if (index >= items.length) return schemaAt(schema, 'additionalItems');
  const item: unknown = items[index];
  return isSchema(item) ? item : undefined;
}

function isOpen(schema: JsonSchema): boolean {
  const { additionalProperties, enum: choices, const: constant } = schema;
  if (additionalProperties !== undefined) return additionalProperties !== false;
  if (namesAt(schema, 'patternProperties').length > 0) return true;
  if (schema.properties !== undefined || choices !== undefined || constant !== undefined)
    return false;
  const others = [...ALTERNATIVES, ...CONDITIONALS].some(
    (keyword) => schema[keyword] !== undefined,
  );
  if (others) return false;
  const types = typesOf(schema);
  return types.length === 0 || types.includes('object');
}
