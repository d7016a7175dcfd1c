import type { UrlReaderServiceReadUrlOptions } from '@stagewire/plugin-api';

/** What a caller knows already, as headers of a request. */
export function toConditions({
  etag,
  lastModifiedAfter,
}: Pick<UrlReaderServiceReadUrlOptions, 'etag' | 'lastModifiedAfter'>): Record<string, string> {
  return {
    ...(etag && { 'If-None-Match': etag }),
    ...(lastModifiedAfter && { 'If-Modified-Since': lastModifiedAfter.toUTCString() }),
  };
}
