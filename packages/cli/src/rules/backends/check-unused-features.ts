import { toWarning } from '../finding.js';
import type { CheckedPackage } from '../model/checked-package.js';
import type { Rule } from '../rule.js';
import { backendErrors } from './errors.js';

const FEATURES = new Set(['backend-plugin', 'backend-plugin-module']);

/** A feature that is developed in a repository is also run in it, if anything is. */
export const checkUnusedFeatures: Rule = (one, { packages }) => {
  if (!FEATURES.has(one.role ?? '')) return [];
  const backends = packages.filter(({ role, code }) => role === 'backend' && code.all.length > 0);
  const [first] = backends;
  if (!first || packages.some((each) => each !== one && mayAdd(each, one.name))) return [];
  const program = first.code.runtime[0]?.file ?? first.folder;
  const error = backendErrors.featureUnused(one.name, one.role!, program);
  return [toWarning(one.inManifest('name'), error)];
};

/** Whoever names it, or takes whatever is installed. */
function mayAdd({ role, code }: CheckedPackage, name: string): boolean {
  const takesAll = role === 'backend' && code.all.some(({ text }) => /FeatureLoader/.test(text));
  return takesAll || code.all.some(({ text }) => text.includes(name));
}
