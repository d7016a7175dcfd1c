/** A problem as it was read back from what a failed start prints. */
export type ToldProblem = {
  code: string;
  problem: string;
  fix: string;
  culprits: string[];
};

/**
 * Reads what a failed start prints, all of it.
 *
 * @throws when there is anything else in the text than problems, told as they should be
 */
export function readTold(text: string): ToldProblem[] {
  const [head, ...blocks] = text.trimEnd().split('\n\n');
  const count = /^The backend did not start: (\d+) problems?\.$/.exec(head ?? '')?.[1];
  if (Number(count) !== blocks.length) throw new Error(`not told as it should be:\n${text}`);
  return blocks.map(readProblem);
}

function readProblem(block: string): ToldProblem {
  const parts = /^(E_[A-Z_]+) {2}([^]+?)\n {2}fix: (.+)((?:\n {2}(?:in|at): {2}.+)*)$/.exec(block);
  if (!parts) throw new Error(`not told as it should be:\n${block}`);
  const [, code, problem, fix, places] = parts as unknown as [
    string,
    string,
    string,
    string,
    string,
  ];
  const culprits = Array.from(places.matchAll(/^ {2}(?:in|at): {2}(.+)$/gm), ([, one]) => one!);
  return { code, problem, fix, culprits };
}
