import type {
  UrlReaderPredicateTuple,
  UrlReaderService,
  UrlReaderServiceReadTreeOptions,
  UrlReaderServiceReadTreeResponse,
  UrlReaderServiceReadUrlOptions,
  UrlReaderServiceReadUrlResponse,
  UrlReaderServiceSearchOptions,
  UrlReaderServiceSearchResponse,
} from '@stagewire/plugin-api';
import { urlReaderErrors } from './errors.js';

/** Hands each read to the first reader that serves the URL. */
export class UrlReaderMux implements UrlReaderService {
  readonly #readers: readonly UrlReaderPredicateTuple[];

  constructor(readers: readonly UrlReaderPredicateTuple[]) {
    this.#readers = readers;
  }

  async readUrl(
    url: string,
    options?: UrlReaderServiceReadUrlOptions,
  ): Promise<UrlReaderServiceReadUrlResponse> {
    return this.#readerOf(url).readUrl(url, options);
  }

  async readTree(
    url: string,
    options?: UrlReaderServiceReadTreeOptions,
  ): Promise<UrlReaderServiceReadTreeResponse> {
    return this.#readerOf(url).readTree(url, options);
  }

  async search(
    url: string,
    options?: UrlReaderServiceSearchOptions,
  ): Promise<UrlReaderServiceSearchResponse> {
    return this.#readerOf(url).search(url, options);
  }

  #readerOf(url: string): UrlReaderService {
    const parsed = new URL(url);
    const match = this.#readers.find(({ predicate }) => predicate(parsed));
    if (!match) throw urlReaderErrors.notAllowed(url, parsed.host);
    return match.reader;
  }
}
