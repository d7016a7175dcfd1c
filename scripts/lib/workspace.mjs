// Where the packages of the repository are, and which source files they have.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository that these scripts belong to. */
export const repository = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Every package of the repository, by folder name: `{ folder, id, manifest }`, where `folder` is
 * relative to the root (`packages/errors`) and `id` its last part (`errors`). A folder with a
 * lockfile is an install of its own, and none of them.
 */
export function readPackages(root, groups = ['packages', 'plugins', 'examples']) {
  return groups.flatMap((group) =>
    listFolders(join(root, group))
      .filter((id) => existsSync(join(root, group, id, 'package.json')))
      .filter((id) => !existsSync(join(root, group, id, 'package-lock.json')))
      .map((id) => ({
        id,
        folder: `${group}/${id}`,
        manifest: readJson(join(root, group, id, 'package.json')),
      })),
  );
}

/** The packages that are published: all that do not say `private`. */
export function readPublished(root) {
  return readPackages(root, ['packages', 'plugins']).filter(({ manifest }) => !manifest.private);
}

/** Every TypeScript file below a folder, as paths relative to the root, sorted. */
export function listSources(root, folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.[cm]?tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length).replaceAll('\\', '/'))
    .map((path) => path.replace(/^\/+/, ''))
    .filter((path) => !/\/(node_modules|dist)\//.test(path))
    .toSorted();
}

/** Reads a JSON file. */
export function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

function listFolders(path) {
  if (!existsSync(path)) return [];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .toSorted();
}
