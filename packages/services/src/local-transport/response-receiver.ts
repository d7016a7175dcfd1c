import { ChunkedBody } from './chunked-body.js';

/** How much of a body waits for its reader before the writer has to wait, in bytes. */
const CAPACITY = 65_536;

const BODY_HEADERS =
  /\r\n(?:transfer-encoding:[^\r]*\b(chunked)|content-length: *(\d+)) *(?:\r\n|$)/i;

/** The beginning of a response. */
export type ResponseHead = {
  status: number;
  statusText: string;
  /** The lines of the headers, each behind `\r\n`, in latin1. */
  headers: string;
};

/** Part of a body; a string stands for its UTF-8. */
export type BodyPart = string | Buffer;

/** Is told of a response as it comes. */
export interface ResponseListener {
  /** The head is there, and perhaps some of the body. */
  onHead(head: ResponseHead): void;
  /** There is more of the body, or it ended. */
  onBody(): void;
  /** The connection was closed before the response was complete. */
  onClose(): void;
}

/** Reads what a server writes to a connection: one response. */
export class ResponseReceiver {
  /** The body as far as it is there and was not taken. */
  readonly #parts: BodyPart[] = [];
  readonly #listener: ResponseListener;
  readonly #isBodiless: boolean;
  #head: ResponseHead | undefined;
  #unfinishedHead = '';
  #size = 0;
  /** Undefined when the end of the connection is the end of the body. */
  #remaining: number | undefined;
  #chunked: ChunkedBody | undefined;
  #takesAll = false;
  #closed = false;
  /** Whether the response is complete. */
  ended = false;
  /** Called once when there is room again. */
  onRoom: (() => void) | undefined;

  /** @param method - of the request: an answer to HEAD has no body, whatever its headers say */
  constructor(method: string, listener: ResponseListener) {
    this.#isBodiless = method === 'HEAD';
    this.#listener = listener;
  }

  /** Whether the writer has to wait. */
  get isFull(): boolean {
    return this.#size > CAPACITY && !this.#takesAll && !this.ended && !this.#closed;
  }

  /** Takes what the server wrote. */
  receive(chunk: BodyPart, encoding: BufferEncoding): void {
    if (this.ended || this.#closed) return;
    if (this.#head) {
      this.#receiveBody(chunk, encoding);
      this.#listener.onBody();
      return;
    }
    const rest = this.#receiveHead(chunk, encoding);
    if (rest === undefined) return;
    this.#receiveBody(rest, encoding);
    this.#listener.onHead(this.#head!);
  }

  /** The connection is closed. */
  close(): void {
    if (this.ended || this.#closed) return;
    this.#closed = true;
    this.#makeRoom();
    this.ended = this.#head !== undefined && !this.#chunked && this.#remaining === undefined;
    if (this.ended) this.#listener.onBody();
    else this.#listener.onClose();
  }

  /** All parts that are there. */
  take(): BodyPart[] {
    this.#size = 0;
    const parts = this.#parts.splice(0);
    this.#makeRoom();
    return parts;
  }

  /** From now on, the writer never has to wait. */
  takeAll(): void {
    this.#takesAll = true;
    this.#makeRoom();
  }

  /** Returns what follows the head; undefined while it is not complete. */
  #receiveHead(chunk: BodyPart, encoding: BufferEncoding): BodyPart | undefined {
    if (typeof chunk === 'string' && this.#unfinishedHead === '') {
      const end = chunk.indexOf('\r\n\r\n');
      if (end !== -1) {
        this.#setHead(toLatin1(chunk.slice(0, end), encoding));
        const rest = chunk.slice(end + 4);
        return this.#head ? rest : this.#receiveHead(rest, encoding);
      }
    }
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk;
    const text = this.#unfinishedHead + bytes.toString('latin1');
    const end = text.indexOf('\r\n\r\n');
    if (end === -1) {
      this.#unfinishedHead = text;
      return undefined;
    }
    this.#unfinishedHead = '';
    this.#setHead(text.slice(0, end));
    const rest = Buffer.from(text.slice(end + 4), 'latin1');
    return this.#head ? rest : this.#receiveHead(rest, encoding);
  }

  /** Informational responses, which come before the one that counts, are passed over. */
  #setHead(text: string): void {
    const status = Number(text.slice(9, 12));
    if (status >= 100 && status < 200 && status !== 101) return;
    const lineEnd = text.indexOf('\r\n');
    const statusText = text.slice(13, lineEnd === -1 ? undefined : lineEnd);
    this.#head = { status, statusText, headers: lineEnd === -1 ? '' : text.slice(lineEnd) };
    this.#findBody(status, text);
  }

  #findBody(status: number, text: string): void {
    if (this.#isBodiless || status === 204 || status === 304) {
      this.#remaining = 0;
      this.ended = true;
      return;
    }
    const [, chunked, length] = BODY_HEADERS.exec(text) ?? [];
    if (chunked !== undefined) {
      this.#chunked = new ChunkedBody();
    } else if (length !== undefined) {
      this.#remaining = Number(length);
      this.ended = this.#remaining === 0;
    }
  }

  #receiveBody(chunk: BodyPart, encoding: BufferEncoding): void {
    if (chunk.length === 0 || this.ended) return;
    if (this.#chunked) {
      this.#receiveChunked(toBytes(chunk, encoding));
    } else {
      const isText = typeof chunk === 'string' && isUtf8(encoding);
      this.#receivePlain(isText ? chunk : toBytes(chunk, encoding));
    }
  }

  #receiveChunked(bytes: Buffer): void {
    for (const part of this.#chunked!.read(bytes)) this.#keep(part, part.length);
    if (!this.#chunked!.ended) return;
    this.ended = true;
    this.#chunked = undefined;
  }

  #receivePlain(part: BodyPart): void {
    const length = Buffer.byteLength(part);
    if (this.#remaining === undefined) {
      this.#keep(part, length);
      return;
    }
    // What is more than announced belongs to no response.
    const fits = length <= this.#remaining;
    this.#keep(fits ? part : toBytes(part, 'utf8').subarray(0, this.#remaining), length);
    this.#remaining = fits ? this.#remaining - length : 0;
    this.ended = this.#remaining === 0;
  }

  #keep(part: BodyPart, size: number): void {
    this.#parts.push(part);
    this.#size += size;
  }

  #makeRoom(): void {
    const { onRoom } = this;
    this.onRoom = undefined;
    onRoom?.();
  }
}

function isUtf8(encoding: BufferEncoding | null | undefined): boolean {
  return !encoding || encoding === 'utf8' || encoding === 'utf-8';
}

function toBytes(part: BodyPart, encoding: BufferEncoding): Buffer {
  return typeof part === 'string' ? Buffer.from(part, encoding) : Buffer.from(part);
}

/** Node writes a head in the encoding of the body behind it; who reads it takes each byte for a character. */
function toLatin1(head: string, encoding: BufferEncoding): string {
  // eslint-disable-next-line no-control-regex -- all of ASCII
  if (!isUtf8(encoding) || /^[\x00-\x7f]*$/.test(head)) return head;
  return Buffer.from(head, 'utf8').toString('latin1');
}
