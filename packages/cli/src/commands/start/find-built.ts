import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { globSync } from 'tinyglobby';
import type { Repository, RepositoryPackage } from '../../repository/repository.js';

/** The JavaScript of a program, or why its sources are run. */
export type Built = { file: string } | { reason: string };

/**
 * Finds the JavaScript that a backend was built to, if it and all packages of the repository that it
 * needs are built, and nothing was saved since.
 */
export function findBuilt(repository: Repository, directory: string): Built {
  const backend = repository.packages.find((each) => each.directory === directory);
  const file = backend && findEntry(backend);
  if (!backend || file === undefined) return { reason: 'it is not built' };
  const stale = withDependencies(backend, repository).find((each) => !isFresh(each));
  return stale ? { reason: `${stale.folder} has changed since it was built` } : { file };
}

/** What a package.json names as what others load, if that is there. */
function findEntry({ directory, manifest }: RepositoryPackage): string | undefined {
  const main = (manifest.exports as { '.'?: { default?: unknown } } | undefined)?.['.'];
  const named = [main?.default, manifest.main]
    .filter((path) => typeof path === 'string')
    .find((path) => /^(?:\.\/)?dist\//.test(path));
  if (named === undefined) return undefined;
  const file = join(directory, named);
  return existsSync(file) ? file : undefined;
}

/** A package, and all of the repository that it needs, directly or not. */
function withDependencies(first: RepositoryPackage, { packages }: Repository) {
  const found = new Set([first]);
  for (const { manifest } of found) {
    const names = { ...manifest.dependencies, ...manifest.optionalDependencies };
    for (const each of packages) if (Object.hasOwn(names, each.name)) found.add(each);
  }
  return [...found];
}

/** Whether the JavaScript of a package is of its sources; a package without any to build is. */
function isFresh(each: RepositoryPackage): boolean {
  const source = newest(join(each.directory, 'src'), '**/*.{ts,tsx,mts,cts}');
  if (source === undefined) return true;
  const built = newest(join(each.directory, 'dist'), '**/*.{js,mjs,cjs}');
  return built !== undefined && findEntry(each) !== undefined && built >= source;
}

/** When the newest of some files was written; undefined when there are none. */
function newest(folder: string, pattern: string): number | undefined {
  if (!existsSync(folder)) return undefined;
  const times = globSync(pattern, { cwd: folder, absolute: true }).map(
    (file) => statSync(file).mtimeMs,
  );
  return times.length > 0 ? Math.max(...times) : undefined;
}
