import { toWarning } from '../finding.js';
import type { Rule } from '../rule.js';
import { featureErrors } from './errors.js';

/** A module answers below a path of its own, so that it cannot collide with its plugin. */
export const checkModuleRoutes: Rule = (one) =>
  one.code.runtime.flatMap((file) =>
    file.creations.flatMap(({ kind, moduleId, routes }) => {
      if (kind !== 'module' || !moduleId) return [];
      return routes
        .filter(({ text }) => !/^\/modules\/./.test(text))
        .map(({ text, line }) =>
          toWarning(one.inSource(file, line), featureErrors.moduleRoute(text, moduleId.text)),
        );
    }),
  );
