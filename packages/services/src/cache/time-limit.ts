// Imported, so that a plugin's test with fake timers does not stop its own cache.
import { clearTimeout, setImmediate, setTimeout } from 'node:timers';

/**
 * Waits for something, but no longer than so many milliseconds.
 *
 * @remarks
 * A process that was busy finds both the end of the time and the answer waiting. It reads what has
 * come in before it judges, so that a busy process does not call its servers dead.
 *
 * @param options - `holdsProcess`: whether the process may not end meanwhile, true by default
 */
export function withTimeLimit<T>(
  work: Promise<T>,
  limit: number,
  onLate: () => T | Promise<T>,
  options: { holdsProcess: boolean } = { holdsProcess: true },
): Promise<T> {
  return new Promise((resolve, reject) => {
    const judge = () => setImmediate(() => Promise.resolve().then(onLate).then(resolve, reject));
    const timer = setTimeout(judge, limit);
    if (!options.holdsProcess) timer.unref();
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
