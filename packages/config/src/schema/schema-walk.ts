import type { AnySchema } from './json-schema.js';
import type { SchemaLevel } from './schema-level.js';

/** One declared place. */
export type DeclaredPlace = {
  /** As it is written in documentation: `integrations.github[].token`, `proxy.endpoints.*`. */
  readonly key: string;
  readonly level: SchemaLevel;
  /** Whether what is around it says that it has to be there. */
  readonly isRequired: boolean;
};

/** A schema that contains itself is followed this far. */
const MAX_DEPTH = 20;

/** Stands for a name that anybody may choose, where a level is asked for its children. */
const ANY_NAME = '*';

/** Every place that packages declare, parents before children. */
export function* walkLevels(root: SchemaLevel): Generator<DeclaredPlace> {
  yield* walk({ key: '', level: root, isRequired: false }, [], 0);
}

function* walk(
  place: DeclaredPlace,
  around: readonly AnySchema[],
  depth: number,
): Generator<DeclaredPlace> {
  const { key, level } = place;
  const schemas = level.declarations.map(({ schema }) => schema);
  if (level.isEmpty) return;
  if (key) yield place;
  // Inside of itself, it would be told over and over.
  if (depth > MAX_DEPTH || schemas.every((schema) => around.includes(schema))) return;
  const required = new Set(schemas.flatMap((schema) => schema.required ?? []));
  const inside = [...around, ...schemas];
  const keys = level.keys;
  for (const name of [...keys, ...(keys.includes(ANY_NAME) ? [] : [ANY_NAME])]) {
    const child = {
      key: key ? `${key}.${name}` : name,
      level: level.child(name),
      isRequired: required.has(name),
    };
    yield* walk(child, inside, depth + 1);
  }
  yield* walk({ key: `${key}[]`, level: level.item(0), isRequired: false }, inside, depth + 1);
}
