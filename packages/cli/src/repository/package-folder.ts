import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of the package that a file or folder is in; undefined when there is none. */
export function findPackageFolder(path: string): string | undefined {
  if (existsSync(join(path, 'package.json'))) return path;
  const parent = dirname(path);
  return parent === path ? undefined : findPackageFolder(parent);
}
