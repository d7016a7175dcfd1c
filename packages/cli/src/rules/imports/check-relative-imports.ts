import { posix } from 'node:path';
import { toError, toWarning } from '../finding.js';
import type { Rule } from '../rule.js';
import { importErrors } from './errors.js';

/** A relative path stays in its package: what is around it is not there once it is published. */
export const checkRelativeImports: Rule = (one, { packages }) =>
  one.code.runtime.flatMap((file) =>
    file.imports
      .filter(({ target }) => target.kind === 'relative')
      .filter(({ specifier }) => isOutside(posix.join(file.path, '..', specifier)))
      .map(({ specifier, line }) => {
        const path = posix.join(file.file, '..', specifier);
        const owner = packages.find(({ folder }) => isBelow(folder, path));
        const place = one.inSource(file, line);
        const error = importErrors.leaves(specifier, owner?.name);
        return owner ? toError(place, error) : toWarning(place, error);
      }),
  );

const isOutside = (path: string) => path === '..' || path.startsWith('../');

const isBelow = (folder: string, path: string) =>
  folder !== '.' && (path === folder || path.startsWith(`${folder}/`));
