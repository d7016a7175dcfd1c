import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { toError, type Finding } from '../finding.js';
import type { CheckedPackage } from '../model/checked-package.js';
import { listTargets } from '../model/entries.js';
import type { Rule } from '../rule.js';
import { manifestErrors } from './errors.js';

/** Made by a build, which need not have been run. */
const BUILT = /^(?:dist|dist-types|build|lib|out)\//;

/** What a package.json names as ways into its package is there, and it exports itself. */
export const checkEntries: Rule = (one) => [...checkTargets(one), ...checkOwnExport(one)];

function checkTargets(one: CheckedPackage): Finding[] {
  const missing = listTargets(one.manifest).filter(
    ({ target }) =>
      !target.includes('*') && !BUILT.test(target) && !isThere(join(one.directory, target)),
  );
  return missing.map(({ target, field }) => {
    const error = manifestErrors.entryMissing(one.name, field.join(' '), `./${target}`);
    return toError(one.inManifest(...field), error);
  });
}

/** Node adds the ending of a `main` without one. */
function isThere(path: string): boolean {
  return [path, `${path}.js`, `${path}.ts`, join(path, 'index.js')].some((each) =>
    existsSync(each),
  );
}

function checkOwnExport(one: CheckedPackage): Finding[] {
  const { manifest, name, role } = one;
  const { exports } = manifest;
  if (role === undefined || typeof exports !== 'object' || exports === null) return [];
  if (Object.hasOwn(exports, './package.json') || Object.hasOwn(exports, './*')) return [];
  // Nobody looks into a backend or an app from outside.
  if (role === 'backend' || role === 'frontend') return [];
  return [toError(one.inManifest('exports'), manifestErrors.manifestNotExported(name))];
}
