import { isAbsolute, relative } from 'node:path';

/** A path for a person: relative to a folder where it is inside of it. */
export function displayPath(path: string, from: string): string {
  const way = relative(from, path);
  return way.startsWith('..') || isAbsolute(way) ? path : way || '.';
}
