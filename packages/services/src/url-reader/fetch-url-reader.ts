import { hideUrlSecrets } from '@stagewire/config';
import { NotFoundError, NotImplementedError, NotModifiedError } from '@stagewire/errors';
import type {
  ReaderFactory,
  UrlReaderService,
  UrlReaderServiceReadTreeResponse,
  UrlReaderServiceReadUrlOptions,
  UrlReaderServiceReadUrlResponse,
  UrlReaderServiceSearchOptions,
  UrlReaderServiceSearchResponse,
} from '@stagewire/plugin-api';
import { readAllowList } from './allow-list.js';
import { BoundedBody, discardBody } from './bounded-body.js';
import { urlReaderErrors } from './errors.js';
import { toConditions } from './conditions.js';
import { findFile, isPattern } from './find-files.js';
import { followRedirects } from './follow-redirects.js';
import { createReadUrlResponse, toVersion } from './read-url-response.js';
import { readReadingLimits, type ReadingLimits } from './reading-limits.js';

/**
 * Reads plain URLs of the hosts on `backend.reading.allow`, without any integration.
 *
 * @remarks
 * Redirects are followed by hand, so that every target is held against the list; a token goes to
 * the origin it was given for and to no other. Trees cannot be read, and a search finds one file.
 *
 * @public
 */
export class FetchUrlReader implements UrlReaderService {
  readonly #isAllowed: (url: URL) => boolean;
  readonly #limits: ReadingLimits;

  /** Makes the one reader for all hosts on the list. */
  static readonly factory: ReaderFactory = ({ config }) => {
    const isAllowed = readAllowList(config);
    const reader = new FetchUrlReader(isAllowed, readReadingLimits(config));
    return [{ predicate: isAllowed, reader }];
  };

  constructor(isAllowed: (url: URL) => boolean, limits: ReadingLimits) {
    this.#isAllowed = isAllowed;
    this.#limits = limits;
  }

  async readUrl(
    url: string,
    options: UrlReaderServiceReadUrlOptions = {},
  ): Promise<UrlReaderServiceReadUrlResponse> {
    const response = await this.#get(url, options);
    if (response.ok) {
      return createReadUrlResponse(
        new BoundedBody(response, url, this.#limits),
        toVersion(response.headers),
      );
    }
    discardBody(response);
    if (response.status === 304) throw new NotModifiedError();
    const message = `could not read ${hideUrlSecrets(url)}, ${response.status} ${response.statusText}`;
    throw response.status === 404 ? new NotFoundError(message) : new Error(message);
  }

  async readTree(): Promise<UrlReaderServiceReadTreeResponse> {
    throw new NotImplementedError('FetchUrlReader does not implement readTree');
  }

  async search(
    url: string,
    options?: UrlReaderServiceSearchOptions,
  ): Promise<UrlReaderServiceSearchResponse> {
    if (isPattern(new URL(url).pathname)) throw new Error('Unsupported search pattern URL');
    return findFile(this, url, options);
  }

  #get(
    url: string,
    { etag, lastModifiedAfter, token, signal }: UrlReaderServiceReadUrlOptions,
  ): Promise<Response> {
    const target = new URL(url);
    const { origin } = target;
    const headers = toConditions({ etag, lastModifiedAfter });
    const credentials: Record<string, string> = token ? { Authorization: `Bearer ${token}` } : {};
    return followRedirects({
      url,
      target,
      headersFor: (hop) => ({ ...headers, ...(hop.origin === origin && credentials) }),
      assertAllowed: (hop) => {
        if (!this.#isAllowed(hop)) throw urlReaderErrors.redirectNotAllowed(hop.href, hop.host);
      },
      signal,
      timeoutMs: this.#limits.timeoutMs,
    });
  }
}
