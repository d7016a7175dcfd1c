import { findEntry, readResult } from './results.mjs';

/** How long a run will take, from what each promise took last. */
export async function estimate(promises, nodes) {
  const results = await Promise.all(promises.map(({ name }) => readResult(name)));
  return estimateText(
    promises.map(({ name }, index) => ({ name, entries: results[index]?.nodes ?? [] })),
    nodes,
  );
}

/** One line: minutes, and what has not been measured before on a Node. */
export function estimateText(promises, nodes) {
  const unknown = new Set();
  let seconds = 0;
  for (const { name, entries } of promises) {
    for (const node of nodes) {
      const entry = findEntry(entries, node);
      if (entry) seconds += entry.setting.seconds;
      else unknown.add(name);
    }
  }
  const minutes = `about ${Math.ceil(seconds / 60)} minutes, as the last run took`;
  return unknown.size ? `${minutes}; not known: ${[...unknown].join(', ')}` : minutes;
}
