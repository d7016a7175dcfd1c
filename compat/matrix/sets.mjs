import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * What is installed and started together. `folder` has the package.json and the lockfile;
 * `refused` are packages that no backend of today can run, which are started apart.
 */
export const sets = [
  {
    id: '2025-01',
    label: 'January 2025, Backstage 1.35',
    folder: 'lines/2025-01',
    refused: ['@backstage/plugin-badges-backend'],
  },
  {
    id: '2025-09',
    label: 'September 2025, Backstage 1.43',
    folder: 'lines/2025-09',
  },
  {
    id: '2026-09',
    label: 'September 2026, and the community',
    folder: 'lines/2026-09',
  },
  {
    id: 'full-portal',
    label: 'September 2026, the standard set',
    folder: '../examples/full-portal',
  },
].map(({ folder, refused = [], ...set }) => ({ ...set, folder: here(folder), refused }));

/** The folders that have to be installed. */
export const installFolders = sets.map(({ folder }) => folder);

/** Where the standard set is installed. */
export const portalFolder = sets.find(({ id }) => id === 'full-portal').folder;

/**
 * The plugins and modules of a set, in the order of their names.
 *
 * @returns rows of `{ name, version, pluginId, isModule }`
 */
export function readPackages({ folder }) {
  const { dependencies } = readJson(join(folder, 'package.json'));
  return Object.keys(dependencies)
    .sort()
    .map((name) => readJson(join(folder, 'node_modules', name, 'package.json')))
    .filter(({ backstage }) => backstage?.role?.startsWith('backend-plugin'))
    .map(({ name, version, backstage }) => ({
      name,
      version,
      pluginId: backstage.pluginId,
      isModule: backstage.role === 'backend-plugin-module',
    }));
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

function here(path) {
  return fileURLToPath(new URL(`../${path}`, import.meta.url));
}
