/** What the features of this process did, in the order in which they did it. */
export const journal = [];

/** Adds a line. */
export function record(line) {
  journal.push(line);
}
