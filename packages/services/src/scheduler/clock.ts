/** What tasks wait by, so that a test can move time by hand. */
export interface Clock {
  /** Now, in milliseconds since the Unix epoch. */
  now(): number;

  /**
   * Waits, without holding a stopping process open.
   *
   * @param ms - how long, in milliseconds; months are fine too
   * @param signal - ends the wait early, and without an error
   */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** The machine's own clock. */
export const systemClock: Clock = { now: () => Date.now(), sleep };

/** The longest time that a timer can take; with a longer one it would fire at once. */
const MAX_TIMER = 2 ** 31 - 1;

async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  for (let rest = ms; rest > 0 && !signal.aborted; rest -= MAX_TIMER) {
    await pause(Math.min(rest, MAX_TIMER), signal);
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms).unref();
    signal.addEventListener('abort', end);
  });
}
