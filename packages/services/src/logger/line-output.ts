import { setImmediate } from 'node:timers';

/** How many characters wait at most. */
const MAX_WAITING = 65_536;

/** What gets whole lines, one or several at once. */
export type LineDestination = { write(lines: string): unknown };

/**
 * Hands lines to a destination, in their order: at once, or, for those that may wait, together with
 * others at the end of this turn of the event loop.
 *
 * @remarks
 * A line that may not wait takes along those that do, and so do the end of the process and many
 * lines. Only an end that no program sees, as by SIGKILL, can lose lines of its last turn.
 */
export class LineOutput {
  /** Whether the lines that come now may wait. */
  mayWait = false;
  readonly #destination: LineDestination;
  #waiting = '';

  constructor(destination: LineDestination) {
    this.#destination = destination;
  }

  write(line: string): void {
    const isFirst = this.#waiting === '';
    this.#waiting += line;
    if (!this.mayWait || this.#waiting.length > MAX_WAITING) this.#flush();
    else if (isFirst) flushSoon(this.#flushSafely);
  }

  #flush(): void {
    const lines = this.#waiting;
    this.#waiting = '';
    if (lines !== '') this.#destination.write(lines);
  }

  readonly #flushSafely = (): void => {
    try {
      this.#flush();
    } catch {
      // A log that cannot be written ends nothing, as where a line does not wait.
    }
  };
}

/** What has lines that wait, of all outputs of this process. */
const pending = new Set<() => void>();
let isScheduled = false;
let followsExit = false;

function flushSoon(flush: () => void): void {
  pending.add(flush);
  if (!followsExit) {
    followsExit = true;
    process.on('exit', flushAll);
  }
  if (isScheduled) return;
  isScheduled = true;
  setImmediate(flushAll);
}

function flushAll(): void {
  isScheduled = false;
  for (const flush of pending) flush();
  pending.clear();
}
