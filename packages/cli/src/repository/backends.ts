import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Repository, RepositoryPackage } from './repository.js';

/** A package that puts a backend together, and the program that does it. */
export type BackendPackage = RepositoryPackage & {
  /** Absolute path of the program. */
  program: string;
};

/** Where the program of a backend is looked for, before its package.json is asked. */
const PROGRAMS = ['src/index.ts', 'src/index.mts', 'src/index.js', 'src/index.mjs'];

/** The backends of a repository; those without a program that is there are left out. */
export function findBackends({ packages }: Repository): BackendPackage[] {
  return packages
    .filter(({ role }) => role === 'backend')
    .flatMap((each) => {
      const program = findProgram(each);
      return program === undefined ? [] : [{ ...each, program }];
    });
}

/** The file of a package that runs when the package is started; undefined when there is none. */
export function findProgram({ directory, manifest }: RepositoryPackage): string | undefined {
  return [...PROGRAMS, manifest.main]
    .filter((path) => path !== undefined)
    .map((path) => join(directory, path))
    .find((path) => existsSync(path));
}
