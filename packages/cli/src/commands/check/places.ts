import type { BackendError } from '@stagewire/errors';
import { toRepositoryPath } from '../../repository/paths.js';
import { findPackageOf, type Repository } from '../../repository/repository.js';
import type { Place } from '../../rules/finding.js';
import { shortenPaths } from '../../terminal/short-paths.js';

/** A place in a repository, of an absolute path. */
export function placeOf(file: string, line: number, repository: Repository): Place {
  return {
    file: toRepositoryPath(file, repository.root),
    line,
    package: findPackageOf(repository, file)?.name ?? '',
  };
}

/** The same words, with paths as findings have them: relative to the root. */
export function withShortPaths(
  { code, message, fix }: Pick<BackendError, 'code' | 'message' | 'fix'>,
  { root }: Repository,
): Pick<BackendError, 'code' | 'message' | 'fix'> {
  return { code, message: shortenPaths(message, root), fix: shortenPaths(fix, root) };
}
