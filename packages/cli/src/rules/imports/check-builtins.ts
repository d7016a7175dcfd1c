import { toError } from '../finding.js';
import type { Rule } from '../rule.js';
import { importErrors } from './errors.js';

/** Code for browsers and servers alike does without what only Node has. */
export const checkBuiltins: Rule = (one) => {
  if (one.role !== 'common-library') return [];
  return one.code.runtime.flatMap((file) =>
    file.imports
      .filter(({ target }) => target.kind === 'builtin')
      // Bundlers take the package of that name, such as `events`, where one is declared.
      .filter(({ specifier }) => !one.declares(specifier, ['dependencies', 'peerDependencies']))
      .filter((each) => file.isNeededToRun(each))
      .map(({ specifier, line }) =>
        toError(one.inSource(file, line), importErrors.builtin(specifier)),
      ),
  );
};
