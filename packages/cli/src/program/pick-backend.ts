import { cliErrors } from '../errors.js';
import { isInside } from '../repository/paths.js';
import type { Repository } from '../repository/repository.js';
import { selectBackends, type BackendProgram } from './select-backends.js';

/**
 * The one backend of a repository that somebody means: the one that is named, or that the working
 * directory is in, or the only one that there is.
 *
 * @throws `E_CLI_NO_BACKEND`, `E_CLI_UNKNOWN_BACKEND`, `E_CLI_WHICH_BACKEND`
 */
export function pickBackend(
  repository: Repository,
  named: string | undefined,
  cwd: string,
): BackendProgram {
  const backends = selectBackends(repository, named, cwd);
  const here = findBackendOf(backends, cwd);
  const [first, ...others] = backends;
  const picked = here ?? (others.length === 0 ? first : undefined);
  if (!picked) throw cliErrors.whichBackend(backends.map(({ name }) => name));
  return picked;
}

/** The backend whose package a folder is in. */
export function findBackendOf(
  backends: readonly BackendProgram[],
  cwd: string,
): BackendProgram | undefined {
  return backends.findLast(({ directory }) => isInside(cwd, directory));
}
