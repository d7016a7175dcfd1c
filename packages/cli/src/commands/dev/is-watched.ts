import { dirname, relative, sep } from 'node:path';
import { isInside } from '../../repository/paths.js';
import { ROLES } from '../../repository/roles.js';
import type { Repository, RepositoryPackage } from '../../repository/repository.js';

/** Folders in which nothing is written by hand. */
const MADE = new Set(['node_modules', 'dist', 'dist-types', 'build', 'coverage', 'tmp']);

/**
 * Makes a function that tells whether a file or folder is followed: the files at the root, and what
 * is in the folders of packages, also of packages that are made later; nothing of the front end.
 */
export function createWatchFilter({ root, packages }: Repository): (path: string) => boolean {
  const web = packages.filter(isWeb).map(({ directory }) => directory);
  // A new package appears beside the others.
  const parents = packages.map(({ directory }) => (directory === root ? root : dirname(directory)));
  return (path) => {
    if (path === root) return true;
    if (!isInside(path, root)) return false;
    const parts = relative(root, path).split(sep);
    if (parts.some((part) => MADE.has(part) || part.startsWith('.'))) return false;
    if (web.some((directory) => isInside(path, directory))) return false;
    return (
      parts.length === 1 ||
      parents.some((parent) => isInside(path, parent) || isInside(parent, path))
    );
  };
}

const isWeb = ({ role }: RepositoryPackage) => role !== undefined && ROLES[role] === 'web';
