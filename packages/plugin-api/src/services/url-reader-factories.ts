import type { Readable } from 'node:stream';
import type { Config } from '@stagewire/config';
import { createServiceRef } from '../create-service-ref.js';
import type { LoggerService } from './logger.js';
import type { UrlReaderService, UrlReaderServiceReadTreeResponse } from './url-reader.js';

/** A reader, and the URLs it is for. @public */
export type UrlReaderPredicateTuple = {
  /** Tells whether the reader is for this URL; the first reader that says yes is used. */
  predicate: (url: URL) => boolean;
  reader: UrlReaderService;
};

/** An archive to be read as a tree. @public */
export type ReadTreeResponseFactoryOptions = {
  /** Picks files by path and size in bytes; `@default` all files. */
  filter?: (path: string, info?: { size: number }) => boolean;

  /** The folder in the archive that is read; `@default` all of it. */
  subpath?: string;
} & (
  | {
      /** The archive. */
      stream: Readable;
      etag: string;
    }
  | {
      /** The answer whose body is the archive. */
      response: Response;
      /** @defaultValue that of the answer */
      etag?: string;
    }
);

/** Files that are there one by one. @public */
export type FromReadableArrayOptions = Array<{
  data: Readable;
  path: string;
  lastModifiedAt?: Date;
}>;

/** Makes tree responses, for authors of readers. @public */
export interface ReadTreeResponseFactory {
  /**
   * From a tar archive, compressed or not.
   *
   * @param options - `stripFirstDirectory`: leave out the one folder that all files are in, as
   *   source code hosts write it; `@default` true
   */
  fromTarArchive(
    options: ReadTreeResponseFactoryOptions & { stripFirstDirectory?: boolean },
  ): Promise<UrlReaderServiceReadTreeResponse>;

  /** From a zip archive. */
  fromZipArchive(
    options: ReadTreeResponseFactoryOptions,
  ): Promise<UrlReaderServiceReadTreeResponse>;

  /** From single files. */
  fromReadableArray(options: FromReadableArrayOptions): Promise<UrlReaderServiceReadTreeResponse>;
}

/** Makes the readers of one kind of host out of the configuration. @public */
export type ReaderFactory = (options: {
  config: Config;
  logger: LoggerService;
  treeResponseFactory: ReadTreeResponseFactory;
}) => UrlReaderPredicateTuple[];

/**
 * Readers for more kinds of hosts. They are asked before the built-in ones.
 *
 * @public
 */
export const urlReaderFactoriesServiceRef = createServiceRef<ReaderFactory>({
  id: 'core.urlReader.factories',
  scope: 'plugin',
  multiton: true,
});
