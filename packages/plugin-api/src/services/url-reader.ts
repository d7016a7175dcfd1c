import type { Readable } from 'node:stream';

/** Reads files and trees of files from source code hosts, storages and web servers. @public */
export interface UrlReaderService {
  /**
   * Reads one file.
   *
   * @throws NotModifiedError, NotFoundError, or NotAllowedError for a host that is not configured
   */
  readUrl(
    url: string,
    options?: UrlReaderServiceReadUrlOptions,
  ): Promise<UrlReaderServiceReadUrlResponse>;

  /**
   * Reads a folder with all that is in it.
   *
   * @throws as {@link UrlReaderService.readUrl}
   */
  readTree(
    url: string,
    options?: UrlReaderServiceReadTreeOptions,
  ): Promise<UrlReaderServiceReadTreeResponse>;

  /**
   * Finds files by a glob pattern in the path of the URL.
   *
   * @throws as {@link UrlReaderService.readUrl}, except that nothing found is an empty list
   */
  search(
    url: string,
    options?: UrlReaderServiceSearchOptions,
  ): Promise<UrlReaderServiceSearchResponse>;
}

/** Settings of {@link UrlReaderService.readUrl}. @public */
export type UrlReaderServiceReadUrlOptions = {
  /** The etag of what is known already: if nothing changed, a NotModifiedError is thrown. */
  etag?: string;

  /** When what is known already was changed last: if nothing changed, a NotModifiedError is thrown. */
  lastModifiedAfter?: Date;

  /** Ends the request; not every reader heeds it. */
  signal?: AbortSignal;

  /** Used in the place of the configured credentials. */
  token?: string;
};

/** A file. Use either `buffer` or `stream`. @public */
export type UrlReaderServiceReadUrlResponse = {
  /** The whole content; may be called again. */
  buffer(): Promise<Buffer>;

  /** The content as a stream, where the reader can do that. */
  stream?(): Readable;

  /** To be given as {@link UrlReaderServiceReadUrlOptions.etag} the next time. */
  etag?: string;

  lastModifiedAt?: Date;
};

/** Settings of {@link UrlReaderService.readTree}. @public */
export type UrlReaderServiceReadTreeOptions = {
  /**
   * Picks files by their path, which is relative to the folder that is read, without a slash at
   * the beginning, and by their size in bytes.
   *
   * @defaultValue all files
   */
  filter?(path: string, info?: { size: number }): boolean;

  /** The etag of what is known already: if nothing changed, a NotModifiedError is thrown. */
  etag?: string;

  /** Ends the request; not every reader heeds it. */
  signal?: AbortSignal;

  /** Used in the place of the configured credentials. */
  token?: string;
};

/** Settings of {@link UrlReaderServiceReadTreeResponse.dir}. @public */
export type UrlReaderServiceReadTreeResponseDirOptions = {
  /**
   * Where to write the files.
   *
   * @defaultValue a new folder below `backend.workingDirectory`, or the temporary folder of the system
   */
  targetDir?: string;
};

/** A tree of files. It can be consumed once, in one of three ways. @public */
export type UrlReaderServiceReadTreeResponse = {
  /** All files, each with its content on demand. */
  files(): Promise<UrlReaderServiceReadTreeResponseFile[]>;

  /** An archive of all files. */
  archive(): Promise<NodeJS.ReadableStream>;

  /** Writes the files to disk, and tells where. The caller removes them. */
  dir(options?: UrlReaderServiceReadTreeResponseDirOptions): Promise<string>;

  /** To be given as {@link UrlReaderServiceReadTreeOptions.etag} the next time. */
  etag: string;
};

/** One file of a tree. @public */
export type UrlReaderServiceReadTreeResponseFile = {
  /** Relative to the folder that was read. */
  path: string;
  content(): Promise<Buffer>;
  lastModifiedAt?: Date;
};

/** Settings of {@link UrlReaderService.search}. @public */
export type UrlReaderServiceSearchOptions = {
  /** The etag of what is known already: if nothing changed, a NotModifiedError is thrown. */
  etag?: string;

  /** Ends the request; not every reader heeds it. */
  signal?: AbortSignal;

  /** Used in the place of the configured credentials. */
  token?: string;
};

/** What was found. @public */
export type UrlReaderServiceSearchResponse = {
  files: UrlReaderServiceSearchResponseFile[];

  /** To be given as {@link UrlReaderServiceSearchOptions.etag} the next time. */
  etag: string;
};

/** One file that was found. @public */
export type UrlReaderServiceSearchResponseFile = {
  /** The whole URL of the file. */
  url: string;
  content(): Promise<Buffer>;
  lastModifiedAt?: Date;
};
