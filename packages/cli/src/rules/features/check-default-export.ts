import { toError, toFinding, type Finding } from '../finding.js';
import type { CheckedPackage } from '../model/checked-package.js';
import type { Rule } from '../rule.js';
import { featureErrors } from './errors.js';
import { findDefault, findIndex, type DefaultExport } from './find-default.js';

const EXPECTED: Readonly<Record<string, string>> = {
  'backend-plugin': 'plugin',
  'backend-plugin-module': 'module',
};

/** The default export of a plugin or module package is its feature: that is what backends add. */
export const checkDefaultExport: Rule = (one) => {
  const expected = EXPECTED[one.role ?? ''];
  const index = findIndex(one);
  if (expected === undefined || index === undefined) return [];
  // What CommonJS exports is not known before it runs.
  if (index.exports.length === 0 && /\bexports\b/.test(index.text)) return [];
  const found = findDefault(one);
  if (found) return judge(one, found, expected);
  const feature = findFeature(one, expected);
  const error = featureErrors.noDefault(one.name, feature);
  // Packages from before there were features are still about.
  return [toFinding(feature === undefined ? 'warning' : 'error', one.inSource(index, 0), error)];
};

/** The feature that should be the default export. */
function findFeature({ code }: CheckedPackage, expected: string): string | undefined {
  const all = code.runtime.flatMap(({ creations }) => creations);
  return all.find(({ kind, name }) => kind === expected && name !== undefined)?.name;
}

function judge(one: CheckedPackage, found: DefaultExport, expected: string): Finding[] {
  const what = found.creation?.kind ?? findOther(found);
  const isFeature = [expected, 'loader', 'service factory', undefined].includes(what);
  if (isFeature) return [];
  const isOther = what === 'plugin' || what === 'module';
  const error = isOther
    ? featureErrors.defaultIsOther(one.name, one.role!, what, expected)
    : featureErrors.defaultIsNoFeature(one.name, `a ${what}`);
  return [toError(found.place, error)];
}

/** What is no feature for sure; undefined for what is only known when it runs. */
function findOther({ file, name }: DefaultExport): string | undefined {
  return file.findDeclaration(name);
}
