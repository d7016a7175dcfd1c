// The row table: which package may know which. A package imports only from lower rows.

import { basename, dirname } from 'node:path/posix';

/** Row of every package in packages/. A new package gets its line here first. */
export const rows = {
  errors: 1,
  graph: 1,
  config: 1,
  'plugin-api': 2,
  wiring: 3,
  services: 3,
  wire: 3,
  backend: 4,
  testing: 4,
  deploy: 4,
  cli: 5,
};

const examplesRow = 5;

/** A plugin's packages have their row by the end of their name; the first match counts. */
const pluginRows = [
  [/-backend-module-[a-z0-9-]+$/, 3],
  [/-backend$/, 3],
  [/-node$/, 2],
  [/-common$/, 1],
];

/** The row of the package in a folder such as `packages/errors`; undefined when it has none. */
export function findRow(folder) {
  const id = basename(folder);
  switch (dirname(folder)) {
    case 'packages':
      return Object.hasOwn(rows, id) ? rows[id] : undefined;
    case 'plugins':
      return pluginRows.find(([ending]) => ending.test(id))?.[1];
    case 'examples':
      return examplesRow;
    default:
      return undefined;
  }
}

/** Tells whether the package in one folder may import the package in another. */
export function mayImport(from, to) {
  const [fromRow, toRow] = [findRow(from), findRow(to)];
  if (fromRow === undefined || toRow === undefined) return false;
  return toRow < fromRow || isSideways(from, to);
}

/** The only arrows inside a row. */
function isSideways(from, to) {
  if (to === 'packages/errors') return from === 'packages/graph' || from === 'packages/config';
  return to === 'packages/plugin-api' && /^plugins\/.+-node$/.test(from);
}
