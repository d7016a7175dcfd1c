/** Who needs whom: each id with the ids it needs. Ids that are needed and have no entry are ends. @public */
export type NeedGraph = ReadonlyMap<string, readonly string[]>;

/**
 * Finds the circles in which things wait for each other.
 *
 * @remarks
 * Ids are visited in the order of the map. Each circle is told once, starting and ending with the
 * id that was visited first; two walks over the same ids are one circle.
 *
 * @returns an empty array when everything can be ordered
 * @example
 * ```ts
 * findCycles(new Map([['egg', ['hen']], ['hen', ['egg']]])); // [['egg', 'hen', 'egg']]
 * ```
 *
 * @public
 */
export function findCycles(graph: NeedGraph): string[][] {
  const cycles = new Map<string, string[]>();
  for (const start of knotted(graph)) {
    const path = findWayBack(graph, start);
    if (!path) continue;
    const key = [...new Set(path)].toSorted().join('\n');
    if (!cycles.has(key)) cycles.set(key, path);
  }
  return [...cycles.values()];
}

/** The ids that are on some circle, in the order of the map: all others are peeled off, end by end. */
function knotted(graph: NeedGraph): string[] {
  const needs = new Map<string, number>();
  const neededBy = new Map<string, string[]>();
  for (const [id, needed] of graph) {
    const inner = needed.filter((other) => graph.has(other));
    needs.set(id, inner.length);
    for (const other of inner) {
      const list = neededBy.get(other);
      if (list) list.push(id);
      else neededBy.set(other, [id]);
    }
  }
  const free = [...needs].filter(([, count]) => count === 0).map(([id]) => id);
  for (let id = free.pop(); id !== undefined; id = free.pop()) {
    needs.delete(id);
    for (const other of neededBy.get(id) ?? []) {
      const left = (needs.get(other) ?? 0) - 1;
      needs.set(other, left);
      if (left === 0) free.push(other);
    }
  }
  return [...needs.keys()];
}

/** Walks depth first from an id until it meets that id again. */
function findWayBack(graph: NeedGraph, start: string): string[] | undefined {
  const visited = new Set<string>();
  const stack: string[][] = [[start]];
  for (let path = stack.pop(); path; path = stack.pop()) {
    const id = path.at(-1)!;
    if (visited.has(id)) continue;
    visited.add(id);
    const needed = graph.get(id) ?? [];
    if (needed.includes(start)) return [...path, start];
    // Pushed in reverse, so that the first need is walked first.
    for (const next of needed.toReversed()) {
      if (graph.has(next) && !visited.has(next)) stack.push([...path, next]);
    }
  }
  return undefined;
}
