import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readManifest, type Manifest } from '../../repository/repository.js';

/** The folder that a package is installed in, as seen from a folder; undefined when it is not. */
export function findInstalledFolder(from: string, name: string): string | undefined {
  const folder = join(from, 'node_modules', name);
  if (existsSync(join(folder, 'package.json'))) return folder;
  const parent = dirname(from);
  return parent === from ? undefined : findInstalledFolder(parent, name);
}

/** The package.json of an installed package; undefined when it is not installed. */
export function readInstalledManifest(from: string, name: string): Manifest | undefined {
  const folder = findInstalledFolder(from, name);
  return folder === undefined ? undefined : readManifest(join(folder, 'package.json'));
}
