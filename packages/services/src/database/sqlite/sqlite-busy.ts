// Imported, so that a plugin's test with fake timers does not stop its own database.
import { performance } from 'node:perf_hooks';
import { setTimeout } from 'node:timers';

/** How long a statement waits for a lock where nothing else is configured, in milliseconds. */
const BUSY_TIMEOUT = 5_000;
/** The pauses between its attempts, in milliseconds; the last one repeats. */
const BUSY_PAUSES = [1, 2, 5, 10, 25, 50];

/**
 * Does something that fails while another process locks the file, again and again for a while.
 * SQLite can wait by itself, and would put the whole process to sleep meanwhile.
 *
 * @param action - has to use the same statement each time: see `_query`
 * @param timeout - after how long it fails, in milliseconds
 */
export async function whenNotBusy<T>(action: () => T, timeout = BUSY_TIMEOUT): Promise<T> {
  const end = performance.now() + timeout;
  for (let attempt = 0; ; attempt++) {
    try {
      return action();
    } catch (error) {
      if (!isBusy(error) || performance.now() >= end) throw error;
    }
    const pause = BUSY_PAUSES[attempt] ?? BUSY_PAUSES.at(-1);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

// There is also SQLITE_BUSY_SNAPSHOT: what that transaction has read has changed, and no waiting
// will change that.
function isBusy(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'SQLITE_BUSY' || code === 'SQLITE_BUSY_RECOVERY';
}

/** The code of an error of SQLite. */
export function codeOf(error: unknown): string | undefined {
  return (error as { code?: string }).code;
}
