import { clearTimeout, setTimeout } from 'node:timers';
import { openExchange, type LocalServer } from './exchange.js';
import type { LocalRequest } from './local-request.js';
import type { LocalBody } from './local-response.js';
import type { LocalSocket } from './local-socket.js';
import { networkErrors } from './network-errors.js';
import { toRawHeaders } from './request-headers.js';
import {
  ResponseReceiver,
  type BodyPart,
  type ResponseHead,
  type ResponseListener,
} from './response-receiver.js';

/** How long the head of a response, and then each part of its body, may take, in milliseconds; as `fetch` has it. */
const TIMEOUT = 300_000;

type Settle = { resolve(head: ResponseHead): void; reject(reason: unknown): void };

/** One request to a server of this process, and its response. */
export class LocalCall implements ResponseListener, LocalBody {
  readonly #signal: AbortSignal | undefined;
  readonly #receiver: ResponseReceiver;
  readonly #socket: LocalSocket;
  readonly #settle: Settle;
  /** Settles with the head of the response. */
  readonly head: Promise<ResponseHead>;
  #hasHead = false;
  #failure: { reason: unknown } | undefined;
  #timer: NodeJS.Timeout | undefined;
  #onProgress: (() => void) | undefined;

  constructor(server: LocalServer, request: LocalRequest) {
    const { method, path, body, signal } = request;
    let settle: Settle | undefined;
    this.head = new Promise((resolve, reject) => (settle = { resolve, reject }));
    this.#settle = settle!;
    this.#signal = signal;
    this.#receiver = new ResponseReceiver(method, this);
    const message = { method, path, rawHeaders: toRawHeaders(request), body };
    this.#socket = openExchange(server, message, this.#receiver);
    signal?.addEventListener('abort', this.#abort, { once: true });
    this.#timer = setTimeout(() => this.#expire(), TIMEOUT).unref();
  }

  onHead(head: ResponseHead): void {
    this.#hasHead = true;
    this.onBody();
    this.#settle.resolve(head);
  }

  onBody(): void {
    if (this.ended) this.#letGo();
    else this.#timer?.refresh();
    this.#tellProgress();
  }

  onClose(): void {
    this.#fail(networkErrors.closed());
  }

  get ended(): boolean {
    return this.#receiver.ended;
  }

  failure(): { reason: unknown } | undefined {
    // Whoever gave up gets no body, even if it was there before.
    return this.#signal?.aborted ? { reason: this.#signal.reason } : this.#failure;
  }

  take(): BodyPart[] {
    return this.#receiver.take();
  }

  takeAll(): void {
    this.#receiver.takeAll();
  }

  progress(): Promise<void> {
    return new Promise((resolve) => (this.#onProgress = resolve));
  }

  cancel(): void {
    this.#letGo();
    this.#socket.destroy();
  }

  readonly #abort = (): void => {
    this.#end(this.#signal?.reason);
  };

  #expire(): void {
    if (!this.#hasHead) {
      this.#fail(networkErrors.headersTimeout());
    } else if (this.#receiver.isFull) {
      this.#timer?.refresh(); // it is the caller who takes long
    } else {
      this.#fail(networkErrors.bodyTimeout());
    }
  }

  #fail(cause: Error): void {
    this.#end(this.#hasHead ? networkErrors.terminated(cause) : networkErrors.fetchFailed(cause));
  }

  #end(reason: unknown): void {
    if (this.#failure) return;
    this.#failure = { reason };
    this.#letGo();
    this.#settle.reject(reason);
    this.#tellProgress();
    this.#socket.destroy();
  }

  #letGo(): void {
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener('abort', this.#abort);
  }

  #tellProgress(): void {
    this.#onProgress?.();
    this.#onProgress = undefined;
  }
}
