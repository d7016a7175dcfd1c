import { toError, toWarning } from '../finding.js';
import type { Rule } from '../rule.js';
import { featureErrors } from './errors.js';
import { findDefault } from './find-default.js';

/** A module package has one module, for one plugin. */
export const checkModules: Rule = (one) => {
  if (one.role !== 'backend-plugin-module') return [];
  const modules = one.code.runtime.flatMap((file) =>
    file.creations.filter(({ kind }) => kind === 'module').map((each) => ({ ...each, file })),
  );
  const last = modules.at(-1);
  // A loader holds modules together that belong together.
  if (last === undefined || findDefault(one)?.creation?.kind === 'loader') return [];
  const place = one.inSource(last.file, last.line);
  const pluginIds = textsOf(modules.map(({ pluginId }) => pluginId));
  if (pluginIds.length > 1) return [toError(place, featureErrors.severalPlugins(pluginIds))];
  const moduleIds = textsOf(modules.map(({ moduleId }) => moduleId));
  return moduleIds.length > 1 ? [toWarning(place, featureErrors.severalModules(moduleIds))] : [];
};

function textsOf(written: ReadonlyArray<{ text: string } | undefined>): string[] {
  return [...new Set(written.flatMap((each) => each?.text ?? []))];
}
