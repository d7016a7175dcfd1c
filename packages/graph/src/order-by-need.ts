import { BackendError } from '@stagewire/errors';
import { findCycles, type NeedGraph } from './find-cycles.js';

/**
 * Puts ids in an order in which each comes after everything it needs; where needs leave the
 * choice, the order of the map is kept. Needed ids without an entry are left out.
 *
 * @throws `E_GRAPH_CYCLE` when some ids wait for each other, with the way round
 * @public
 */
export function orderByNeed(graph: NeedGraph): string[] {
  const ordered = new Set<string>();
  const open = new Set<string>();
  // Told by hand instead of by recursion: a chain of ten thousand must not overflow the stack.
  for (const root of graph.keys()) {
    const stack = [root];
    while (stack.length > 0) {
      const id = stack.at(-1)!;
      const waiting = ordered.has(id) ? [] : openNeeds(graph, id, ordered);
      if (waiting.length === 0) {
        ordered.add(id);
        open.delete(id);
        stack.pop();
      } else {
        if (open.has(id)) throw cannotOrder(graph);
        open.add(id);
        stack.push(...waiting.toReversed());
      }
    }
  }
  return [...ordered];
}

function openNeeds(graph: NeedGraph, id: string, ordered: ReadonlySet<string>): string[] {
  return (graph.get(id) ?? []).filter((other) => graph.has(other) && !ordered.has(other));
}

function cannotOrder(graph: NeedGraph): BackendError {
  const path = findCycles(graph)[0] ?? [];
  return new BackendError(
    'E_GRAPH_CYCLE',
    `these wait for each other: ${path.join(' -> ')}`,
    'take one of these needs away, or move what both need into a third one',
  );
}
