import type { ConfigVisibility } from './json-schema.js';
import type { PackageSchema } from './package-schema.js';
import { SchemaLevel } from './schema-level.js';
import { walkLevels } from './schema-walk.js';

/** A key that packages declare different visibilities for. */
export type VisibilityConflict = {
  readonly key: string;
  /** Who says what: `@scope/name@1.2.3 says secret`. */
  readonly told: readonly string[];
  readonly packages: readonly string[];
  /** The strictest of them, which counts. */
  readonly chosen: ConfigVisibility;
};

/** Finds the keys that packages declare different visibilities for. */
export function findVisibilityConflicts(schemas: readonly PackageSchema[]): VisibilityConflict[] {
  return [...walkLevels(SchemaLevel.ofRoot(schemas))].flatMap(({ key, level }) => {
    const chosen = level.visibility;
    const declared = level.declarations.filter(({ schema }) => schema.visibility !== undefined);
    const packages = [...new Set(declared.map(({ source }) => source.package))];
    const different = new Set(declared.map(({ schema }) => schema.visibility));
    // One package may well say different things of different alternatives.
    if (chosen === undefined || different.size < 2 || packages.length < 2) return [];
    const told = declared.map(
      ({ source, schema }) => `${source.package} says ${schema.visibility}`,
    );
    return [{ key, told: [...new Set(told)], packages, chosen }];
  });
}
