import { BackendError } from '@stagewire/errors';

/** What can be wrong with the dependencies of a package. */
export const dependencyErrors = {
  undeclared: (name: string, why: string, file: string) =>
    new BackendError(
      'E_CHECK_DEPENDENCY_UNDECLARED',
      `imports ${name}, which its package.json does not declare${why}`,
      `add it to ${file}`,
    ),

  dev: (name: string, file: string) =>
    new BackendError(
      'E_CHECK_DEPENDENCY_DEV',
      `needs ${name} to run, which is only installed for development`,
      `move it from devDependencies to dependencies in ${file}`,
    ),

  unused: (name: string) =>
    new BackendError(
      'E_CHECK_DEPENDENCY_UNUSED',
      `${name} is declared, and used nowhere`,
      'remove it, or move it to devDependencies if only tests or tools need it',
    ),

  notAdded: (name: string, role: string) =>
    new BackendError(
      'E_CHECK_DEPENDENCY_UNUSED',
      `${name}, a ${role}, is declared, and this backend does not add it`,
      `write backend.add(import('${name}')), or remove the dependency`,
    ),

  range: (name: string, range: string, version: string) =>
    new BackendError(
      'E_CHECK_DEPENDENCY_RANGE',
      `needs ${name} ${range}, but the one in this repository is ${version}`,
      `write a range that ${version} is in; otherwise another copy is installed, or nothing`,
    ),
};
