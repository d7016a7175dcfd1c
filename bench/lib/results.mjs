import { mkdir, readFile, writeFile } from 'node:fs/promises';

const results = new URL('../results/', import.meta.url);

/**
 * What was measured of a promise last: `{ targets, nodes: [{ setting, measured, figures }] }`, one
 * entry per Node. Undefined when it never was.
 */
export async function readResult(name) {
  try {
    return JSON.parse(await readFile(fileOf(name), 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Writes `results/<name>.json`, and gives back the whole of it. */
export async function writeResult(name, targets, entries) {
  const result = { targets, nodes: mergeEntries((await readResult(name))?.nodes ?? [], entries) };
  await mkdir(results, { recursive: true });
  await writeFile(fileOf(name), `${JSON.stringify(result, undefined, 2)}\n`);
  return result;
}

/** The entries of each Node: the new one where there is one. Oldest Node first. */
export function mergeEntries(old, entries) {
  const kept = old.filter((one) => !findEntry(entries, one.setting.node));
  return [...kept, ...entries].sort((a, b) => a.setting.node.major - b.setting.node.major);
}

/** What was measured on a Node of the same major version. */
export function findEntry(entries, { major }) {
  return entries.find(({ setting }) => setting.node.major === major);
}

/** The entries as `render` of a promise takes them. */
export function toByNode({ nodes }) {
  return nodes.map(({ setting, measured }) => ({ node: setting.node, measured }));
}

const fileOf = (name) => new URL(`${name}.json`, results);
