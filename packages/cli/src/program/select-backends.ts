import { existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { cliErrors } from '../errors.js';
import { findBackends, type BackendPackage } from '../repository/backends.js';
import { findPackageFolder } from '../repository/package-folder.js';
import { toRepositoryPath } from '../repository/paths.js';
import type { Repository } from '../repository/repository.js';
import { readScriptArguments } from './script-arguments.js';

/** A program of a repository that starts a backend. */
export type BackendProgram = {
  /** How it is called: the folder of its package, or the path of a program that was named. */
  name: string;
  /** Absolute path of the program. */
  program: string;
  /** Absolute path of the package that it belongs to; the program runs there. */
  directory: string;
  /** The configuration files that its package starts it with; relative to its folder. */
  args: string[];
};

/**
 * The backends of a repository; the one that is named where one is.
 *
 * @param named - a folder, the name of a package, or a program
 * @param cwd - where paths are relative to, beside the root
 * @throws `E_CLI_NO_BACKEND`, `E_CLI_UNKNOWN_BACKEND`
 */
export function selectBackends(
  repository: Repository,
  named: string | undefined,
  cwd: string,
): BackendProgram[] {
  const backends = findBackends(repository);
  if (named === undefined) {
    if (backends.length === 0) throw cliErrors.noBackend(repository.root);
    return backends.map(toBackendProgram);
  }
  const paths = [resolve(cwd, named), resolve(repository.root, named)];
  const found = backends.find(({ directory, name }) => name === named || paths.includes(directory));
  if (found) return [toBackendProgram(found)];
  const program = paths.find((path) => existsSync(path) && statSync(path).isFile());
  if (program === undefined) {
    const known = backends.map((each) => toBackendProgram(each).name);
    throw cliErrors.unknownBackend(named, known);
  }
  const directory = findPackageFolder(program) ?? dirname(program);
  return [{ name: toRepositoryPath(program, repository.root), program, directory, args: [] }];
}

/**
 * The command line of a backend: what its package starts it with, unless files are named.
 *
 * @param cwd - where named files are relative to
 */
export function toProgramArguments(
  { args }: Pick<BackendProgram, 'args'>,
  files: readonly string[] | undefined,
  cwd: string,
): string[] {
  if (!files?.length) return args;
  return files.flatMap((file) => ['--config', URL.canParse(file) ? file : resolve(cwd, file)]);
}

function toBackendProgram(backend: BackendPackage): BackendProgram {
  const { folder, name, program, directory, manifest } = backend;
  return {
    name: folder === '.' ? name : folder,
    program,
    directory,
    args: readScriptArguments(manifest),
  };
}
