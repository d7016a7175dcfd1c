import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DependencyField } from '../../repository/repository.js';
import { toError, toFinding, type Finding } from '../finding.js';
import type { CheckedPackage } from '../model/checked-package.js';
import type { CheckedRepository } from '../model/checked-repository.js';
import type { Import, SourceFile } from '../model/source-file.js';
import type { Rule } from '../rule.js';
import { dependencyErrors } from './errors.js';
import { typesOf } from './types-of.js';

const AT_RUN_TIME: readonly DependencyField[] = [
  'dependencies',
  'peerDependencies',
  'optionalDependencies',
];
const EVERYWHERE: readonly DependencyField[] = [...AT_RUN_TIME, 'devDependencies'];

/** What the code of a package imports, its package.json declares: each is told once. */
export const checkDeclared: Rule = (one, repository) => {
  const told = new Map<string, Finding>();
  for (const file of one.code.all) {
    for (const found of file.kind === 'tool' ? [] : file.imports) {
      const { target } = found;
      if (target.kind !== 'package' || target.name === one.name) continue;
      const earlier = told.get(target.name);
      // What runs weighs more than what is only tested.
      if (earlier && (earlier.severity === 'error' || file.kind === 'test')) continue;
      const finding = judge(one, repository, file, found, target.name);
      if (finding) told.set(target.name, finding);
    }
  }
  return [...told.values()];
};

function judge(
  one: CheckedPackage,
  repository: CheckedRepository,
  file: SourceFile,
  found: Import,
  name: string,
): Finding | undefined {
  if (one.declares(name, AT_RUN_TIME)) return undefined;
  const place = one.inSource(file, found.line);
  const isRun = file.kind === 'runtime' && file.isNeededToRun(found);
  if (one.declares(name, EVERYWHERE)) {
    if (!isRun || !one.code.isReached(file)) return undefined;
    return toError(place, dependencyErrors.dev(name, manifestOf(one)));
  }
  if (!isRun && one.declares(typesOf(name), EVERYWHERE)) return undefined;
  if (file.kind === 'test' && declaresForAll(repository, name)) return undefined;
  const why = explain(one, repository, name);
  if (why === undefined) return undefined;
  const error = dependencyErrors.undeclared(name, why, manifestOf(one));
  return toFinding(isRun ? 'error' : 'warning', place, error);
}

/** Tools of a repository are often kept in its own package.json. */
function declaresForAll({ manifest }: CheckedRepository, name: string): boolean {
  return EVERYWHERE.some((field) =>
    [name, typesOf(name)].some((each) => Object.hasOwn(manifest[field] ?? {}, each)),
  );
}

/** Why it may work all the same; undefined for what may be no package at all. */
function explain(
  one: CheckedPackage,
  { known, root }: CheckedRepository,
  name: string,
): string | undefined {
  const found = known.find(name, one.directory);
  if (found?.isInRepository) return '; it works only in this repository, which links it';
  if (found) return `; it works only as long as somebody else's ${name} is installed here`;
  return [one.directory, root].some(hasAliases) ? undefined : '';
}

/** Whether the compiler knows names that are no packages. */
function hasAliases(folder: string): boolean {
  const file = join(folder, 'tsconfig.json');
  return existsSync(file) && /"(?:paths|baseUrl)"/.test(readFileSync(file, 'utf8'));
}

const manifestOf = (one: CheckedPackage) => one.inManifest().file;
