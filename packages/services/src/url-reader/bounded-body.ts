import { urlReaderErrors } from './errors.js';
import type { ReadingLimits } from './reading-limits.js';

type BodyLimits = Pick<ReadingLimits, 'maxResponseSize' | 'timeoutMs'>;

/**
 * The body of a response, bounded in size and in time.
 *
 * @remarks
 * Only waits for the remote side count, so a consumer may take its time. A body that is read can
 * not be read again; one that is left early gives its connection free.
 */
export class BoundedBody {
  readonly #response: Response;
  readonly #url: string;
  readonly #limits: BodyLimits;
  readonly #tooLarge: typeof urlReaderErrors.tooLarge;

  /** @throws `E_URL_TOO_LARGE` when the response announces more than the limit */
  constructor(
    response: Response,
    url: string,
    limits: BodyLimits,
    tooLarge = urlReaderErrors.tooLarge,
  ) {
    this.#tooLarge = tooLarge;
    this.#response = response;
    this.#url = url;
    this.#limits = limits;
    if (Number(response.headers.get('content-length')) > limits.maxResponseSize) {
      discardBody(response);
      throw this.#tooLarge(url, limits.maxResponseSize);
    }
  }

  /** The chunks as they come; each may take as long as the time-out. */
  chunks(): AsyncIterable<Uint8Array> {
    return this.#read(() => this.#limits.timeoutMs);
  }

  /** All bytes at once; together they may take as long as the time-out. */
  async bytes(): Promise<Buffer> {
    const deadline = performance.now() + this.#limits.timeoutMs;
    const chunks: Uint8Array[] = [];
    for await (const chunk of this.#read(() => deadline - performance.now())) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  async *#read(remainingMs: () => number): AsyncGenerator<Uint8Array> {
    const reader = this.#response.body?.getReader();
    if (!reader) return;
    try {
      let size = 0;
      for (;;) {
        const { done, value } = await this.#inTime(reader.read(), remainingMs());
        if (done) return;
        size += value.byteLength;
        if (size > this.#limits.maxResponseSize) {
          throw this.#tooLarge(this.#url, this.#limits.maxResponseSize);
        }
        yield value;
      }
    } finally {
      // Not awaited: a remote side that hangs must not hang its reader as well.
      reader.cancel().catch(() => {});
    }
  }

  async #inTime<T>(wait: Promise<T>, ms: number): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(
        () => reject(urlReaderErrors.timedOut(this.#url, this.#limits.timeoutMs)),
        Math.max(ms, 0),
      ).unref();
    });
    try {
      return await Promise.race([wait, timeout]);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Gives the connection of a response free whose body nobody wants. */
export function discardBody(response: Response): void {
  response.body?.cancel().catch(() => {});
}
