import type { ServerResponse } from 'node:http';

/** How long requests may go on after their handler was taken away, in milliseconds. */
const ANSWER_TIMEOUT = 10_000;

/** Requests that came before their handler was taken away. */
export class RequestsInProgress {
  readonly #responses: readonly ServerResponse[];
  /** Settles when all have their answer, or after 10 seconds; event streams are not waited for. */
  readonly answered: Promise<void>;

  constructor(responses: readonly ServerResponse[] = []) {
    this.#responses = responses.filter(({ closed }) => !closed);
    this.answered = waitForAll(this.#responses.filter((response) => !isEventStream(response)));
  }

  /** Ends all that still go on: their clients come again, to whoever answers then. */
  cutOff(): void {
    for (const response of this.#responses) if (!response.closed) response.destroy();
  }
}

/** Whether a response is of the kind that does not end by itself. */
export function isEventStream(response: ServerResponse): boolean {
  return String(response.getHeader('content-type') ?? '').startsWith('text/event-stream');
}

async function waitForAll(responses: readonly ServerResponse[]): Promise<void> {
  if (responses.length === 0) return;
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ANSWER_TIMEOUT);
  });
  const closed = responses.map(
    (response) => new Promise((resolve) => response.once('close', resolve)),
  );
  await Promise.race([Promise.all(closed), timeout]);
  clearTimeout(timer);
}
