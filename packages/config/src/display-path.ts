import { isAbsolute, relative } from 'node:path';

/** A path as a person wants to read it: relative where that leads downwards, otherwise absolute. */
export function displayPath(path: string): string {
  if (!isAbsolute(path)) return path; // a URL
  const fromHere = relative(process.cwd(), path);
  return fromHere === '' || fromHere.startsWith('..') || isAbsolute(fromHere) ? path : fromHere;
}
