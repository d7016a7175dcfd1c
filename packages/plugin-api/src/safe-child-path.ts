import { lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { NotAllowedError } from '@stagewire/errors';

/**
 * Resolves a path that came from outside, such as from a request, and makes sure that it does not
 * lead out of a folder, whether by `..`, by being absolute or by a symbolic link.
 *
 * @param base - the folder that is not to be left
 * @param path - relative to the folder, or absolute; nothing needs to be there
 * @returns an absolute path, with links not resolved
 * @throws NotAllowedError when it leads out of the folder
 *
 * @public
 */
export function resolveSafeChildPath(base: string, path: string): string {
  const target = resolve(base, path);
  if (!isChildPath(base, target)) {
    throw new NotAllowedError(
      'Relative path is not allowed to refer to a directory outside its parent',
    );
  }
  return target;
}

/**
 * Tells whether a path is a folder itself or something below it, with symbolic links resolved.
 *
 * @public
 */
export function isChildPath(base: string, path: string): boolean {
  const way = relative(toRealPath(base), toRealPath(path));
  // On Windows the way to another drive is absolute.
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** As many links as an operating system follows. */
const MAX_LINKS = 40;

/** Resolves links also where the end of the path does not exist yet. */
function toRealPath(file: string, linksLeft = MAX_LINKS): string {
  const absolute = resolve(file);
  try {
    return realpathSync(absolute);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const parent = dirname(absolute);
  if (parent === absolute) return absolute;
  const here = join(toRealPath(parent, linksLeft), basename(absolute));
  // A link to something that is not there yet: whoever writes to it, writes to that.
  const link = lstatSync(here, { throwIfNoEntry: false })?.isSymbolicLink();
  return link && linksLeft > 0
    ? toRealPath(resolve(dirname(here), readlinkSync(here)), linksLeft - 1)
    : here;
}
