import { toError } from '../finding.js';
import type { KnownPackage } from '../model/known-packages.js';
import type { Rule } from '../rule.js';
import { importErrors } from './errors.js';

/** What is inside a package is its own: others import what it exports. */
export const checkDeepImports: Rule = (one, repository) =>
  repository
    .importsOf(one)
    .filter(({ target, subpath }) => subpath !== '.' && isInside(target, subpath))
    .map(({ file, found, target }) => {
      const error = importErrors.deep(found.specifier, target.name, listEntries(target));
      return toError(one.inSource(file, found.line), error);
    });

function isInside({ manifest, isInRepository, role }: KnownPackage, subpath: string): boolean {
  // Packages outside the ecosystem have customs of their own.
  if (!isInRepository && role === undefined) return false;
  const { exports } = manifest;
  if (typeof exports !== 'object' || exports === null) return /^\.\/(?:src|dist)\//.test(subpath);
  return !Object.keys(exports).some((pattern) => matches(pattern, subpath));
}

function matches(pattern: string, subpath: string): boolean {
  const [before = '', after] = pattern.split('*');
  if (after === undefined) return pattern === subpath;
  return subpath.startsWith(before) && subpath.endsWith(after);
}

function listEntries({ name, manifest }: KnownPackage): string[] {
  const { exports } = manifest;
  if (typeof exports !== 'object' || exports === null) return [name];
  const entries = Object.keys(exports).filter((each) => /^\.(?:$|\/)/.test(each));
  return entries.length === 0 ? [name] : entries.map((each) => `${name}${each.slice(1)}`);
}
