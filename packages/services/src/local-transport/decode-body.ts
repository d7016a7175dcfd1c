import { pipeline, Readable, type Duplex } from 'node:stream';
import { constants, createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

/** A body may end without the end that its encoding asks for; `fetch` takes it nevertheless. */
const LENIENT = { flush: constants.Z_SYNC_FLUSH, finishFlush: constants.Z_SYNC_FLUSH };
const LENIENT_BROTLI = {
  flush: constants.BROTLI_OPERATION_FLUSH,
  finishFlush: constants.BROTLI_OPERATION_FLUSH,
};

const DECODERS: ReadonlyMap<string, () => Duplex> = new Map<string, () => Duplex>([
  ['gzip', () => createGunzip(LENIENT)],
  ['x-gzip', () => createGunzip(LENIENT)],
  ['deflate', () => createInflate(LENIENT)],
  ['br', () => createBrotliDecompress(LENIENT_BROTLI)],
]);

/**
 * Unpacks the body of a handler that packs it on its own, as `fetch` does; a body in an encoding that
 * is not known stays as it is.
 *
 * @param encodings - the header `content-encoding`: in the order in which they were applied
 */
export function decodeBody(
  body: ReadableStream<Uint8Array>,
  encodings: string,
): ReadableStream<Uint8Array> {
  const names = encodings
    .toLowerCase()
    .split(',')
    .map((name) => name.trim());
  const create = names.toReversed().map((name) => DECODERS.get(name));
  if (create.includes(undefined)) return body;
  const decoders = create.map((make) => make!());
  const last = decoders.at(-1)!;
  const source = Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0]);
  // A failure reaches the reader through the last of them.
  pipeline([source, ...decoders], () => {});
  return Readable.toWeb(last) as ReadableStream<Uint8Array>;
}
