import { dirname, resolve } from 'node:path';
import { findPackageFolder, findRepositoryRoot } from '../repository-root.js';
import { ConfigSchema } from './config-schema.js';
import { findInstalledPackages } from './installed-packages.js';
import { readPackageSchemas, type ReadSchemas } from './package-schema.js';
import { SchemaCache } from './schema-cache.js';

/** Where the schemas of configuration are collected from. @public */
export type CollectConfigSchemaOptions = {
  /** The folder that the app's packages are looked for from. `@default` that of the process */
  cwd?: string;
  /** The program that runs; its package is one of the app's. `@default` that of the process */
  program?: string | undefined;
  /** Whether what was collected is kept in `node_modules/.cache`. `@default` true */
  cache?: boolean;
};

/**
 * Collects what installed packages say of their configuration, in the `configSchema` of their
 * package.json.
 *
 * @remarks
 * It begins at the root of the repository, at the package around the working directory, and at the
 * package of the program that runs, and goes on through their dependencies. A schema that cannot be
 * read is told by {@link ConfigSchema.warnings}, and the others count.
 *
 * @public
 */
export async function collectConfigSchema(
  options: CollectConfigSchemaOptions = {},
): Promise<ConfigSchema> {
  const folders = findAppFolders(options);
  return new ConfigSchema(
    (options.cache ?? true) ? await readCached(folders) : await read(folders),
  );
}

function findAppFolders({ cwd = process.cwd(), ...options }: CollectConfigSchemaOptions): string[] {
  const program = 'program' in options ? options.program : process.argv[1];
  const places = program === undefined ? [cwd] : [cwd, dirname(resolve(cwd, program))];
  const packages = places.map(findPackageFolder);
  return [...new Set([findRepositoryRoot(cwd), ...packages])];
}

async function read(folders: readonly string[]): Promise<ReadSchemas> {
  return readPackageSchemas(findInstalledPackages(folders).withSchema);
}

async function readCached(folders: readonly string[]): Promise<ReadSchemas> {
  const cache = new SchemaCache(folders);
  const current = cache.findCurrent();
  if (current) return current;
  const { withSchema, places } = findInstalledPackages(folders);
  const read = await readPackageSchemas(withSchema, cache.conversions);
  cache.keep(read, [...places, ...read.files]);
  return read;
}
