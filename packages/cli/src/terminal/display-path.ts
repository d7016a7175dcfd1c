import { relative } from 'node:path';
import { isInside } from '../repository/paths.js';

/** A path for a person: relative to a folder where it is inside of it. */
export function displayPath(path: string, from: string): string {
  return isInside(path, from) ? relative(from, path) || '.' : path;
}
