import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isObject } from '../merge.js';
import { convertTypes, type Conversion } from './convert-types.js';
import { readState, type InstalledPackage } from './installed-packages.js';
import type { JsonSchema } from './json-schema.js';
import { findVisibilityConflicts, type VisibilityConflict } from './visibility-conflicts.js';

/** The schema of one package. */
export type PackageSchema = {
  /** The package: `@scope/name@1.2.3`. */
  readonly package: string;
  /** Whether it is a package for browsers: what it says of its values never stops a backend. */
  readonly isForBrowsers: boolean;
  readonly schema: JsonSchema;
};

/** A package whose schema cannot be used. */
export type UnreadableSchema = {
  readonly package: string;
  /** The file, or `package.json` for a schema that stands in there. */
  readonly path: string;
  readonly reason: string;
};

/** A schema that was converted before, kept for as long as its file stays as it is. */
export type KeptConversion = { readonly state: string; readonly conversion: Conversion };

/** What the schemas of packages came to. */
export type ReadSchemas = {
  readonly schemas: readonly PackageSchema[];
  readonly unreadable: readonly UnreadableSchema[];
  readonly conflicts: readonly VisibilityConflict[];
  /** The files that were read. */
  readonly files: readonly string[];
  /** Every conversion of types that is in use, by path. */
  readonly conversions: Readonly<Record<string, KeptConversion>>;
};

const BROWSER_ROLES = new Set([
  'frontend',
  'frontend-plugin',
  'frontend-plugin-module',
  'frontend-dynamic-container',
  'web-library',
]);

/**
 * Reads the schemas that packages declare: a path to JSON or to types, or the schema itself. One that
 * cannot be read is told with its reason, and the others go on.
 *
 * @param kept - conversions of types from before
 */
export async function readPackageSchemas(
  packages: readonly InstalledPackage[],
  kept: Readonly<Record<string, KeptConversion>> = {},
): Promise<ReadSchemas> {
  const paths = packages.flatMap((each) => pathOf(each) ?? []);
  const typed = paths.filter((path) => path.endsWith('.d.ts'));
  const conversions = await convert(typed, kept);
  const schemas: PackageSchema[] = [];
  const unreadable: UnreadableSchema[] = [];
  for (const each of packages) {
    const path = pathOf(each);
    const name = `${each.name}@${each.version}`;
    const read = path === undefined ? asSchema(each.configSchema) : readFile(path, conversions);
    if ('reason' in read) {
      unreadable.push({
        package: name,
        path: path ?? join(each.folder, 'package.json'),
        reason: read.reason,
      });
    } else {
      const isForBrowsers = BROWSER_ROLES.has(each.role ?? '');
      schemas.push({ package: name, isForBrowsers, schema: read.schema });
    }
  }
  const conflicts = findVisibilityConflicts(schemas);
  return { schemas, unreadable, conflicts, files: paths, conversions };
}

function pathOf({ configSchema, folder }: InstalledPackage): string | undefined {
  return typeof configSchema === 'string' ? join(folder, configSchema) : undefined;
}

async function convert(
  paths: readonly string[],
  kept: Readonly<Record<string, KeptConversion>>,
): Promise<Record<string, KeptConversion>> {
  const states = new Map(paths.map((path) => [path, readState(path)]));
  const isKept = (path: string) =>
    kept[path] !== undefined && kept[path].state === states.get(path);
  const present = paths.filter((path) => states.get(path) !== undefined);
  const changed = present.filter((path) => !isKept(path));
  const converted = changed.length > 0 ? await convertTypes(changed) : new Map();
  return Object.fromEntries(
    present.map((path) => {
      const conversion: Conversion = converted.get(path) ?? kept[path]?.conversion;
      return [path, { state: states.get(path) ?? '', conversion }];
    }),
  );
}

function readFile(path: string, conversions: Record<string, KeptConversion>): Conversion {
  try {
    if (conversions[path]) return conversions[path].conversion;
    const text = readFileSync(path, 'utf8');
    if (!path.endsWith('.json')) return { reason: 'it is neither .json nor .d.ts' };
    return asSchema(JSON.parse(text));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return { reason: code === 'ENOENT' ? 'there is no such file' : message };
  }
}

function asSchema(value: unknown): Conversion {
  return isObject(value) ? { schema: value as JsonSchema } : { reason: 'it is not an object' };
}
