import type {
  UrlReaderService,
  UrlReaderServiceReadTreeOptions,
  UrlReaderServiceReadTreeResponse,
  UrlReaderServiceReadUrlOptions,
  UrlReaderServiceReadUrlResponse,
  UrlReaderServiceSearchOptions,
  UrlReaderServiceSearchResponse,
} from '@stagewire/plugin-api';

/** A reader that is made by the first read, and then kept; a failure to make it is not kept. */
export class LazyReader implements UrlReaderService {
  readonly #create: () => Promise<UrlReaderService>;
  #reader: Promise<UrlReaderService> | undefined;

  constructor(create: () => Promise<UrlReaderService>) {
    this.#create = create;
  }

  async readUrl(
    url: string,
    options?: UrlReaderServiceReadUrlOptions,
  ): Promise<UrlReaderServiceReadUrlResponse> {
    return (await this.#get()).readUrl(url, options);
  }

  async readTree(
    url: string,
    options?: UrlReaderServiceReadTreeOptions,
  ): Promise<UrlReaderServiceReadTreeResponse> {
    return (await this.#get()).readTree(url, options);
  }

  async search(
    url: string,
    options?: UrlReaderServiceSearchOptions,
  ): Promise<UrlReaderServiceSearchResponse> {
    return (await this.#get()).search(url, options);
  }

  #get(): Promise<UrlReaderService> {
    this.#reader ??= this.#create().catch((error) => {
      this.#reader = undefined;
      throw error;
    });
    return this.#reader;
  }
}
