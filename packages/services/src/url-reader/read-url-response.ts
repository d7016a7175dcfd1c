import { Readable } from 'node:stream';
import { ConflictError } from '@stagewire/errors';
import type { UrlReaderServiceReadUrlResponse } from '@stagewire/plugin-api';
import type { BoundedBody } from './bounded-body.js';

/** Which version of a file was read. */
type Version = Pick<UrlReaderServiceReadUrlResponse, 'etag' | 'lastModifiedAt'>;

/**
 * Makes the answer to `readUrl`. Its body is read once, as a buffer or as a stream: `buffer()` may
 * be called again and gives the same buffer, mixing the two is refused.
 */
export function createReadUrlResponse(
  body: BoundedBody,
  version: Version,
): UrlReaderServiceReadUrlResponse {
  let buffer: Promise<Buffer> | undefined;
  let stream: Readable | undefined;
  return {
    // Arrow functions, because callers take these apart from their object.
    buffer: async () => {
      if (stream) throw bothUsed();
      return (buffer ??= body.bytes());
    },
    stream: () => {
      if (buffer) throw bothUsed();
      return (stream ??= Readable.from(body.chunks(), { objectMode: false }));
    },
    etag: version.etag,
    lastModifiedAt: version.lastModifiedAt,
  };
}

/** What the headers of a response tell about the version of its content. */
export function toVersion(headers: Headers): Version {
  return {
    etag: headers.get('etag') ?? undefined,
    lastModifiedAt: toDate(headers.get('last-modified')),
  };
}

function bothUsed(): ConflictError {
  return new ConflictError('Cannot use buffer() and stream() from the same ReadUrlResponse');
}

function toDate(text: string | null): Date | undefined {
  if (text === null) return undefined;
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
