// The entry points of our packages: what can be imported, and which of it has a page.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPackages } from '../workspace.mjs';

/**
 * Every entry point of every package: `{ id, folder, name, description, subpath, specifier, source }`, where
 * `specifier` is what is imported (`@stagewire/plugin-api/alpha`) and `source` the file behind it,
 * relative to the folder of the package.
 */
export function readEntries(root) {
  return readPackages(root, ['packages', 'plugins']).flatMap(({ id, folder, manifest }) =>
    Object.entries(manifest.exports)
      .filter(([, target]) => target['@stagewire/source'])
      .map(([subpath, target]) => ({
        id,
        folder,
        name: manifest.name,
        description: manifest.description,
        subpath,
        specifier: `${manifest.name}${subpath.slice(1)}`,
        source: target['@stagewire/source'].slice(2),
      })),
  );
}

/** The source of an entry point. */
export function readEntry(root, { folder, source }) {
  return readFileSync(join(root, folder, source), 'utf8');
}

/** What authors import first comes first: of several entries with one export, it has the text. */
const order = ['plugin-api', 'backend', 'testing', 'config', 'errors', 'wiring', 'graph', 'cli'];

/** `backend` offers what is in `services`; the others are for our own packages. */
const withoutPage = /^@stagewire\/(services(\/.+)?|plugin-api\/internal|cli\/.+)$/;

/** The entry points that have a page in the reference, in the order of its index. */
export function withPages(entries) {
  return entries
    .filter(({ specifier }) => !withoutPage.test(specifier))
    .map((entry) => ({ ...entry, page: pageOf(entry) }))
    .toSorted((a, b) => rankOf(a) - rankOf(b) || (a.specifier < b.specifier ? -1 : 1));
}

/** `@stagewire/plugin-api/alpha` is told in `plugin-api-alpha.md`. */
function pageOf({ specifier }) {
  return `${specifier.slice('@stagewire/'.length).replaceAll('/', '-')}.md`;
}

function rankOf({ id }) {
  const rank = order.indexOf(id);
  return rank === -1 ? order.length : rank;
}
