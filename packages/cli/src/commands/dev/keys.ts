/** What Ctrl+C and Ctrl+D send when nobody interprets them. */
const INTERRUPTIONS = new Set(['\u0003', '\u0004']);

/**
 * Listens to single keys on the terminal; Ctrl+C goes on to interrupt the process.
 *
 * @returns a function that ends it, and gives the terminal back as it was
 */
export function listenToKeys(actions: Record<string, () => void>): () => void {
  const { stdin } = process;
  if (!stdin.isTTY) return () => {};
  const onData = (data: Buffer) => {
    const key = data.toString();
    if (INTERRUPTIONS.has(key)) process.kill(process.pid, 'SIGINT');
    else if (Object.hasOwn(actions, key)) actions[key]?.();
  };
  stdin.setRawMode(true);
  stdin.on('data', onData).resume();
  return () => {
    stdin.off('data', onData).pause();
    stdin.setRawMode(false);
  };
}
