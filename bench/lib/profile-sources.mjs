import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { fileURLToPath } from 'node:url';

/** By URL of a file; undefined for one without a map. */
const maps = new Map();

/**
 * A place of a CPU profile as it stands in the source: packages are built into few files, each with
 * a map beside it.
 *
 * @param frame - `{ functionName, url, lineNumber, columnNumber }`, lines and columns from 0
 * @returns `{ functionName, url }`; as it was where there is no map
 */
export function toSource({ functionName, url, lineNumber, columnNumber }) {
  // Dependencies are told apart by their package, for which no map is needed.
  const map = /\/packages\/[^/]+\/dist\//.test(url) ? findMap(url) : undefined;
  const source = map?.findEntry(lineNumber, columnNumber).originalSource;
  return { functionName, url: source ? new URL(source, url).href : url };
}

function findMap(url) {
  if (!maps.has(url)) maps.set(url, readMap(url));
  return maps.get(url);
}

function readMap(url) {
  try {
    return new SourceMap(JSON.parse(readFileSync(`${fileURLToPath(url)}.map`, 'utf8')));
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}
