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
import { createReadUrlResponse } from './read-url-response.js';
import { readReadingLimits, type ReadingLimits } from './reading-limits.js';

const MAX_REQUESTS = 5;
const REDIRECTS = new Set([301, 302, 307, 308]);

/**
 * Reads plain URLs of the hosts on `backend.reading.allow`, without any integration.
 *
 * @remarks
 * Redirects are followed by hand, so that every target is held against the list; a token goes to
 * the origin it was given for and to no other. Trees cannot be read, and a search finds one file.
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
    const response = await this.#followRedirects(url, options);
    if (response.ok) {
      return createReadUrlResponse(new BoundedBody(response, url, this.#limits), response.headers);
    }
    discardBody(response);
    if (response.status === 304) throw new NotModifiedError();
    const message = `could not read ${url}, ${response.status} ${response.statusText}`;
    throw response.status === 404 ? new NotFoundError(message) : new Error(message);
  }

  async readTree(): Promise<UrlReaderServiceReadTreeResponse> {
    throw new NotImplementedError('FetchUrlReader does not implement readTree');
  }

  async search(
    url: string,
    options?: UrlReaderServiceSearchOptions,
  ): Promise<UrlReaderServiceSearchResponse> {
    if (/[*?]/.test(new URL(url).pathname)) throw new Error('Unsupported search pattern URL');
    try {
      const { buffer, etag, lastModifiedAt } = await this.readUrl(url, options);
      return { files: [{ url, content: buffer, lastModifiedAt }], etag: etag ?? '' };
    } catch (error) {
      if (error instanceof NotFoundError) return { files: [], etag: '' };
      throw error;
    }
  }

  async #followRedirects(url: string, options: UrlReaderServiceReadUrlOptions): Promise<Response> {
    const deadline = new AbortController();
    const timer = setTimeout(
      () => deadline.abort(urlReaderErrors.timedOut(url, this.#limits.timeoutMs)),
      this.#limits.timeoutMs,
    ).unref();
    try {
      let target = new URL(url);
      const { origin } = target;
      for (let requests = 0; requests < MAX_REQUESTS; requests += 1) {
        if (!this.#isAllowed(target)) {
          throw urlReaderErrors.redirectNotAllowed(target.href, target.host);
        }
        const token = target.origin === origin ? options.token : undefined;
        const response = await request(url, target, { ...options, token }, deadline.signal);
        const location = REDIRECTS.has(response.status) && response.headers.get('location');
        if (!location) return response;
        discardBody(response);
        target = toRedirectTarget(url, location, target);
      }
      throw new Error(`Too many redirects (max ${MAX_REQUESTS}) when reading ${url}`);
    } finally {
      // The body that follows has a time-out of its own.
      clearTimeout(timer);
    }
  }
}

function toRedirectTarget(url: string, location: string, from: URL): URL {
  if (URL.canParse(location, from.href)) return new URL(location, from);
  throw new Error(`Unable to read ${url}, it redirects to '${location}', which is not a URL`);
}

async function request(
  url: string,
  target: URL,
  { etag, lastModifiedAfter, token, signal }: UrlReaderServiceReadUrlOptions,
  deadline: AbortSignal,
): Promise<Response> {
  const headers = new Headers();
  if (etag) headers.set('If-None-Match', etag);
  if (lastModifiedAfter) headers.set('If-Modified-Since', lastModifiedAfter.toUTCString());
  if (token) headers.set('Authorization', `Bearer ${token}`);
  try {
    return await fetch(target, {
      headers,
      redirect: 'manual',
      signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
    });
  } catch (error) {
    if (deadline.aborted) throw deadline.reason;
    throw new Error(`Unable to read ${url}, ${error}`, { cause: error });
  }
}
