import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readManifest, type Manifest } from './repository.js';

/** Packages that are released together: those of the ecosystem, and ours. */
export const ECOSYSTEM = /^@(?:backstage|stagewire)\//;

/** The folder of a package as Node would look for it, behind all links; undefined when it is not installed. */
export function findInstalled(name: string, from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const found = join(folder, 'node_modules', name);
    if (existsSync(join(found, 'package.json'))) return realpathSync(found);
    if (dirname(folder) === folder) return undefined;
  }
}

/** The package.json of an installed package; undefined when it is not installed. */
export function readInstalledManifest(name: string, from: string): Manifest | undefined {
  const folder = findInstalled(name, from);
  return folder === undefined ? undefined : readManifest(join(folder, 'package.json'));
}
