import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { hideUrlSecrets } from '@stagewire/config';
import { NotFoundError, NotModifiedError } from '@stagewire/errors';
import type {
  ReadTreeResponseFactory,
  UrlReaderService,
  UrlReaderServiceReadUrlOptions,
  UrlReaderServiceReadUrlResponse,
} from '@stagewire/plugin-api';
import { createMatcher, findFile, findFolder, isPattern } from './find-files.js';
import type { ReadingLimits } from './reading-limits.js';
import { TreeMeter } from './tree-entry.js';

/** A file in a storage. */
export type StoredObject = {
  /** Without a slash in front. */
  key: string;
  /** Bytes; 0 where the storage does not tell. */
  size: number;
  etag?: string;
  lastModifiedAt?: Date;
};

/** What a URL means in a storage, and how to get at it. */
export type Storage = {
  key: string;
  /** The URL of another key in the same place. */
  toUrl(key: string): string;
  read(
    key: string,
    options?: UrlReaderServiceReadUrlOptions,
  ): Promise<UrlReaderServiceReadUrlResponse>;
  /**
   * All objects whose key begins with the prefix.
   *
   * @throws NotModifiedError where the storage can tell by the etag before it lists anything
   */
  list(prefix: string, options: ListOptions): Promise<{ objects: StoredObject[]; etag?: string }>;
  /** @defaultValue as a glob */
  createMatcher?(pattern: string): Promise<(key: string) => boolean>;
};

export type ListOptions = {
  /** To be told of every object, so that a storage without end is not listed without end. */
  meter: TreeMeter;
  etag?: string;
  signal?: AbortSignal;
};

/** A reader of single objects, which makes trees and searches out of lists of them. */
export function createStorageReader(
  open: (url: string) => Promise<Storage>,
  treeResponseFactory: ReadTreeResponseFactory,
  limits: ReadingLimits,
): UrlReaderService {
  const reader: UrlReaderService = {
    async readUrl(url, options) {
      const { read, key } = await open(url);
      return read(key, options);
    },

    async readTree(url, { etag, filter, signal } = {}) {
      const storage = await open(url);
      const folder = storage.key.replace(/\/*$/, storage.key === '' ? '' : '/');
      const listed = await list(storage, folder, etag, signal);
      const picked = listed.objects.filter(({ key, size }) => {
        const path = key.slice(folder.length);
        // Storages show folders as empty objects.
        return path !== '' && !path.endsWith('/') && (filter?.(path, { size }) ?? true);
      });
      const tree = await treeResponseFactory.fromReadableArray(
        picked.map(({ key, lastModifiedAt }) => ({
          path: key.slice(folder.length),
          data: readOnDemand(() => storage.read(key, { signal })),
          lastModifiedAt,
        })),
      );
      return {
        etag: listed.etag,
        files: () => tree.files(),
        archive: () => tree.archive(),
        dir: (options) => tree.dir(options),
      };
    },

    async search(url, options = {}) {
      const storage = await open(url);
      const { key: pattern, toUrl, read } = storage;
      if (!isPattern(pattern)) return findFile(reader, url, options);

      const { etag, signal } = options;
      const folder = findFolder(pattern);
      const listed = await list(storage, folder && `${folder}/`, etag, signal);
      const matches = await (storage.createMatcher ?? createMatcher)(pattern);
      const found = listed.objects.filter(({ key }) => matches(key));
      return {
        etag: listed.etag,
        files: found.map(({ key, lastModifiedAt }) => ({
          url: toUrl(key),
          content: async () => (await read(key, { signal })).buffer(),
          lastModifiedAt,
        })),
      };
    },
  };
  return reader;

  async function list(storage: Storage, prefix: string, etag?: string, signal?: AbortSignal) {
    const { objects, ...told } = await storage.list(prefix, {
      meter: new TreeMeter(limits),
      etag,
      signal,
    });
    const current = told.etag ?? toEtag(objects);
    if (etag === current) throw new NotModifiedError();
    return { objects, etag: current };
  }
}

/**
 * What a storage refuses, as the error that callers know.
 *
 * @remarks
 * Only the message is taken over: errors of cloud clients carry the request, and with it
 * credentials.
 *
 * @param status - the HTTP status of the refusal, where there was one
 */
export function toStorageError(problem: string, error: unknown, status?: number): Error {
  const { name, message } = error as Error;
  if (status === 304) return new NotModifiedError();
  const told = hideUrlSecrets(
    `${problem}; caused by ${name}: ${message || (status ?? 'no answer')}`,
  );
  return status === 404 ? new NotFoundError(told) : new Error(told);
}

/** Opens an object when somebody reads it: a thousand files are no thousand connections. */
function readOnDemand(read: () => Promise<UrlReaderServiceReadUrlResponse>): Readable {
  return Readable.from(content(), { objectMode: false });

  async function* content() {
    const { buffer, stream } = await read();
    if (stream) yield* stream();
    else yield await buffer();
  }
}

function toEtag(objects: readonly StoredObject[]): string {
  const hash = createHash('sha256');
  for (const { key, etag, size, lastModifiedAt } of objects) {
    hash.update(JSON.stringify([key, etag, size, lastModifiedAt]));
  }
  return hash.digest('hex');
}
