import { readdir } from 'node:fs/promises';

const folder = new URL('../promises/', import.meta.url);

/**
 * The promises to measure, each with its `name` and what its file exports.
 *
 * @param names - all by default, except those that say `onRequest`
 * @param options - `quick`: leaves out those that do not apply to a quick run
 * @throws when a name is unknown
 */
export async function findPromises(names, { quick = false } = {}) {
  const known = await promiseNames();
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length) throw new Error(`unknown: ${unknown}; there are ${known.join(', ')}`);
  const promises = await Promise.all((names.length ? names : known).map(load));
  return promises
    .filter(({ onRequest }) => names.length > 0 || !onRequest)
    .filter(({ appliesToQuick = true }) => !quick || appliesToQuick);
}

/** The names of all promises, in the order of the alphabet. */
export async function promiseNames() {
  const files = await readdir(folder);
  return files
    .filter((file) => file.endsWith('.mjs'))
    .map((file) => file.slice(0, -'.mjs'.length))
    .sort();
}

async function load(name) {
  return { name, ...(await import(new URL(`${name}.mjs`, folder))) };
}
