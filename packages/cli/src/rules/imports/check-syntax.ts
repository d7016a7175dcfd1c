import { toError } from '../finding.js';
import type { Rule } from '../rule.js';
import { importErrors } from './errors.js';

/** Code that cannot be parsed hides what it imports. */
export const checkSyntax: Rule = (one) =>
  one.code.runtime.flatMap((file) => {
    // JavaScript that is no module may be of a kind that only its own tool understands.
    if (!file.syntaxError || !/\.[cm]?tsx?$/.test(file.file)) return [];
    const { line, message } = file.syntaxError;
    return [toError(one.inSource(file, line), importErrors.syntax(message))];
  });
