/** What stands behind the options of a command: what it is about, and arguments for Node. */
export type SplitArguments = { named: string | undefined; nodeArguments: string[] };

/**
 * Tells what a command is about from what is meant for Node, which stands behind `--`; both may be
 * left out, and all that is known of `--` is that options come after it.
 */
export function splitArguments(named: string | undefined, others: string[]): SplitArguments {
  return named?.startsWith('-')
    ? { named: undefined, nodeArguments: [named, ...others] }
    : { named, nodeArguments: others };
}
