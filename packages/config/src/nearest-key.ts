/**
 * Finds the name that is most likely a slip of the wanted one: the same letters but for case and
 * separators, or a few letters off; the longer the name, the more.
 *
 * @param maxSlips - how many letters may be off; `@default` one for every four that are begun, up to 3
 */
export function findNearestKey(
  wanted: string,
  candidates: Iterable<string>,
  maxSlips: number = Math.min(3, Math.ceil(normalise(wanted).length / 4)),
): string | undefined {
  const target = normalise(wanted);
  let nearest: string | undefined;
  let shortest = maxSlips + 1;
  for (const candidate of candidates) {
    const distance = editDistance(target, normalise(candidate));
    if (distance < shortest) {
      shortest = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

function normalise(name: string): string {
  return name.toLowerCase().replace(/[-_:]/g, '');
}

/** How many letters to add, drop, change or swap with their neighbour to get from one to the other. */
function editDistance(from: string, to: string): number {
  const rows = [Array.from({ length: to.length + 1 }, (_, column) => column)];
  const at = (row: number, column: number) => rows[row]?.[column] ?? Infinity;
  for (let row = 1; row <= from.length; row++) {
    rows.push([row]);
    for (let column = 1; column <= to.length; column++) {
      const changed = from[row - 1] === to[column - 1] ? 0 : 1;
      const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      rows[row]![column] = Math.min(
        at(row - 1, column) + 1,
        at(row, column - 1) + 1,
        at(row - 1, column - 1) + changed,
        swapped ? at(row - 2, column - 2) + 1 : Infinity,
      );
    }
  }
  return at(from.length, to.length);
}
