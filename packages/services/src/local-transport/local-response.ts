import { decodeBody } from './decode-body.js';
import type { BodyPart, ResponseHead } from './response-receiver.js';

/** What a {@link LocalResponse} reads its body from. */
export interface LocalBody {
  /** Whether all of it is there. */
  readonly ended: boolean;
  /** Why no more of it comes; the caller's own reason once the caller gave up. */
  failure(): { reason: unknown } | undefined;
  /** All that is there and was not taken. */
  take(): BodyPart[];
  /** Lets the rest come as quickly as it is written. */
  takeAll(): void;
  /** Settles when there is more, or no more comes. */
  progress(): Promise<void>;
  /** The rest is not wanted. */
  cancel(): void;
}

export type LocalResponseParts = {
  head: ResponseHead;
  url: string;
  redirected: boolean;
  /** Undefined for responses that have none. */
  body: LocalBody | undefined;
};

/** A real response with the same body. */
let realOf: (response: LocalResponse) => Response;

/**
 * The response to a local call. For everybody it is a `Response`; a real one, which costs more than
 * the call, is made only when something other than its head, text, JSON or bytes is asked for.
 */
export class LocalResponse {
  readonly #parts: LocalResponseParts;
  #headers: Headers | undefined;
  #real: Response | undefined;

  /** @param real - holds the body already */
  constructor(parts: LocalResponseParts, real?: Response) {
    this.#parts = parts;
    this.#real = real;
  }

  get type(): Response['type'] {
    return 'basic';
  }

  get url(): string {
    return this.#parts.url;
  }

  get redirected(): boolean {
    return this.#parts.redirected;
  }

  get status(): number {
    return this.#parts.head.status;
  }

  get ok(): boolean {
    return this.status >= 200 && this.status <= 299;
  }

  get statusText(): string {
    return this.#parts.head.statusText;
  }

  get headers(): Headers {
    this.#headers ??= toHeaders(this.#parts.head.headers);
    return this.#headers;
  }

  get bodyUsed(): boolean {
    return this.#real?.bodyUsed ?? false;
  }

  async text(): Promise<string> {
    const body = this.#use();
    return body ? toText(await readAll(body)) : this.#getReal().text();
  }

  async json(): Promise<unknown> {
    const body = this.#use();
    return body ? JSON.parse(toText(await readAll(body))) : this.#getReal().json();
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    const body = this.#use();
    if (!body) return this.#getReal().arrayBuffer();
    const bytes = toBytes(await readAll(body));
    return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
  }

  clone(): Response {
    return asResponse(new LocalResponse(this.#parts, this.#getReal().clone()));
  }

  static {
    realOf = (response) => response.#getReal();
  }

  #getReal(): Response {
    this.#real ??= this.#makeReal();
    return this.#real;
  }

  /** Takes the body for a short way to read it; undefined when there is none, or no short way. */
  #use(): LocalBody | undefined {
    const { body } = this.#parts;
    if (!body || this.#real || CONTENT_ENCODING.test(this.#parts.head.headers)) return undefined;
    this.#real = usedResponse();
    return body;
  }

  #makeReal(): Response {
    const { body } = this.#parts;
    const type = this.headers.get('content-type');
    const encoding = this.headers.get('content-encoding');
    const stream = body && (encoding ? decodeBody(toStream(body), encoding) : toStream(body));
    return new Response(stream ?? null, {
      headers: type === null ? {} : { 'content-type': type },
    });
  }
}

const CONTENT_ENCODING = /\r\ncontent-encoding:/i;

let isPrepared = false;

/** Gives a local response out as what it stands for. */
export function asResponse(response: LocalResponse): Response {
  if (!isPrepared) {
    isPrepared = true;
    layUnder(LocalResponse.prototype, Response.prototype);
  }
  return response as unknown as Response;
}

/** Lets everything that a real response has, and a local one has not, be done by a real one. */
function layUnder(own: LocalResponse, real: Response): void {
  Object.setPrototypeOf(own, real);
  delete (own as { constructor?: unknown }).constructor;
  for (const name of Object.getOwnPropertyNames(real)) {
    if (name === 'constructor') continue;
    const { get, value } = Object.getOwnPropertyDescriptor(real, name)!;
    const isOwn = Object.hasOwn(own, name);
    const property = isOwn ? {} : get ? { get: readFrom(get) } : { value: callOn(value) };
    Object.defineProperty(own, name, { ...property, enumerable: true, configurable: true });
  }
}

function readFrom(get: (this: Response) => unknown) {
  return function read(this: LocalResponse): unknown {
    return get.call(realOf(this));
  };
}

function callOn(method: (...args: unknown[]) => unknown) {
  return function call(this: LocalResponse, ...args: unknown[]): unknown {
    return method.apply(realOf(this), args);
  };
}

/** Answers a second reading with the error of this version of Node. */
function usedResponse(): Response {
  const response = new Response('');
  void response.text();
  return response;
}

async function readAll(body: LocalBody): Promise<BodyPart[]> {
  body.takeAll();
  while (!body.ended && !body.failure()) await body.progress();
  const failure = body.failure();
  if (failure) throw failure.reason;
  return body.take();
}

function toStream(body: LocalBody): ReadableStream<Uint8Array> {
  return new ReadableStream({
    type: 'bytes',
    async pull(controller) {
      let parts = body.take();
      while (parts.length === 0 && !body.ended && !body.failure()) {
        await body.progress();
        parts = body.take();
      }
      const failure = body.failure();
      if (failure) {
        controller.error(failure.reason);
        return;
      }
      const bytes = toBytes(parts);
      // A copy, as a reader may take the memory over.
      if (bytes.length > 0) controller.enqueue(new Uint8Array(bytes));
      if (!body.ended) return;
      controller.close();
      controller.byobRequest?.respond(0);
    },
    cancel: () => body.cancel(),
  });
}

function toBytes(parts: BodyPart[]): Buffer {
  return Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
}

const decoder = new TextDecoder();
/** Half a character, which no UTF-8 has. */
const LONE_SURROGATE = /\p{Surrogate}/u;

function toText(parts: BodyPart[]): string {
  const [first = ''] = parts;
  const isText = parts.length < 2 && typeof first === 'string' && !LONE_SURROGATE.test(first);
  if (!isText) return decoder.decode(toBytes(parts));
  return first.startsWith('\ufeff') ? first.slice(1) : first;
}

/** Headers that nobody may change, as those of every response that came over a network. */
function toHeaders(lines: string): Headers {
  const headers = new Headers();
  for (const line of lines.split('\r\n')) {
    const end = line.indexOf(':');
    if (end > 0) headers.append(line.slice(0, end), line.slice(end + 1).trim());
  }
  for (const name of ['append', 'delete', 'set'] as const) {
    Object.defineProperty(headers, name, { value: refuseChange, configurable: true });
  }
  return headers;
}

function refuseChange(): never {
  throw new TypeError('immutable');
}
