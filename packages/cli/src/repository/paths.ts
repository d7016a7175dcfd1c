import { isAbsolute, relative, sep } from 'node:path';

/** Whether a path is a folder, or inside of it; both absolute. */
export function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** A path relative to the root of a repository, with slashes; `.` for the root itself. */
export function toRepositoryPath(path: string, root: string): string {
  return relative(root, path).split(sep).join('/') || '.';
}
