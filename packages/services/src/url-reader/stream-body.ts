import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { BoundedBody } from './bounded-body.js';
import type { ReadingLimits } from './reading-limits.js';

/** What a client of a storage hands out, held to the same limits as every other body. */
export function toBody(stream: Readable, url: string, limits: ReadingLimits): BoundedBody {
  const body = Readable.toWeb(stream) as ReadableStream<Uint8Array<ArrayBuffer>>;
  return new BoundedBody(new Response(body), url, limits);
}

/** The same for what is there as a whole. */
export function toBodyOfBytes(bytes: Uint8Array, url: string, limits: ReadingLimits): BoundedBody {
  return new BoundedBody(new Response(new Uint8Array(bytes)), url, limits);
}
