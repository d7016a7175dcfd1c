import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { ConflictError, NotModifiedError } from '@stagewire/errors';
import {
  coreServices,
  type ReaderFactory,
  type ReadTreeResponseFactory,
  type UrlReaderService,
  type UrlReaderServiceReadTreeOptions,
  type UrlReaderServiceReadTreeResponse,
  type UrlReaderServiceReadUrlOptions,
  type UrlReaderServiceReadUrlResponse,
} from '@stagewire/plugin-api';
import { urlReaderServiceFactory, withSearch } from '@stagewire/services/urlReader';
import { testingErrors } from '../errors.js';
import { defineFake, makeFrom, once, withDeps } from '../fake.js';
import { mockFunction } from '../mock-function.js';
import { fakeLogger } from './logger.js';
import { fakeRootConfig } from './root-config.js';

/** What can be read. @public */
export type FakeUrlReaderOptions = {
  /** Contents by URL; a tree is all files whose URL begins with its own. `@default` none */
  files?: Record<string, string | Uint8Array>;
};

/**
 * `core.urlReader` that reads from memory: what is not among the `files` is not found, and no request
 * is made. Etags are digests of the contents. In a backend too; for the real one, add
 * `urlReaderServiceFactory` of `@stagewire/services/urlReader`.
 */
export const fakeUrlReader = defineFake({
  service: coreServices.urlReader,
  create({ files = {} }: FakeUrlReaderOptions = {}): UrlReaderService {
    const makeReal = once(() =>
      makeFrom(urlReaderServiceFactory, {
        config: fakeRootConfig(),
        logger: fakeLogger(),
        factories: [readFrom(files)],
      }),
    );
    return {
      readUrl: async (...args) => (await makeReal()).readUrl(...args),
      readTree: async (...args) => (await makeReal()).readTree(...args),
      search: async (...args) => (await makeReal()).search(...args),
    };
  },
  factory: (options) =>
    withDeps(urlReaderServiceFactory, () => ({ factories: [readFrom(options?.files ?? {})] })),
  mock: () => ({
    readUrl: mockFunction(),
    readTree: mockFunction(),
    search: mockFunction(),
  }),
});

/** A reader of all URLs there are, so that no other reader is asked. */
function readFrom(files: Record<string, string | Uint8Array>): ReaderFactory {
  const contents = new Map(
    Object.entries(files).map(([url, content]) => [toKey(url), Buffer.from(content)]),
  );
  return ({ treeResponseFactory }) => {
    const memory = new MemoryReader(contents, treeResponseFactory);
    const reader = withSearch(
      {
        readUrl: (url, options) => memory.readUrl(url, options),
        readTree: (url, options) => memory.readTree(url, options),
      },
      toPath,
    );
    return [{ predicate: () => true, reader }];
  };
}

class MemoryReader {
  readonly #contents: ReadonlyMap<string, Buffer>;
  readonly #treeResponseFactory: ReadTreeResponseFactory;

  constructor(contents: ReadonlyMap<string, Buffer>, treeResponseFactory: ReadTreeResponseFactory) {
    this.#contents = contents;
    this.#treeResponseFactory = treeResponseFactory;
  }

  async readUrl(
    url: string,
    options?: UrlReaderServiceReadUrlOptions,
  ): Promise<UrlReaderServiceReadUrlResponse> {
    const content = this.#contents.get(toKey(url));
    if (!content) throw testingErrors.url(url, [...this.#contents.keys()]);
    const etag = toEtag([content]);
    if (options?.etag === etag) throw new NotModifiedError();
    return toResponse(content, etag);
  }

  async readTree(
    url: string,
    options?: UrlReaderServiceReadTreeOptions,
  ): Promise<UrlReaderServiceReadTreeResponse> {
    const folder = `${toKey(url).replace(/\/$/, '')}/`;
    const all = [...this.#contents].filter(([key]) => key.startsWith(folder));
    if (all.length === 0) throw testingErrors.url(url, [...this.#contents.keys()]);
    const etag = toEtag(all.flatMap(([key, content]) => [key, content]));
    if (options?.etag === etag) throw new NotModifiedError();

    const files = all.map(([key, content]) => ({
      path: decodeURIComponent(key.slice(folder.length)),
      content,
    }));
    const tree = await this.#treeResponseFactory.fromReadableArray(
      files
        .filter(({ path, content }) => options?.filter?.(path, { size: content.length }) ?? true)
        .map(({ path, content }) => ({ path, data: Readable.from([content]) })),
    );
    return {
      etag,
      files: () => tree.files(),
      archive: () => tree.archive(),
      dir: (to) => tree.dir(to),
    };
  }
}

/** The body is read as a buffer or as a stream, as those of the real readers. */
function toResponse(content: Buffer, etag: string): UrlReaderServiceReadUrlResponse {
  let used: 'buffer' | 'stream' | undefined;
  const use = (way: 'buffer' | 'stream') => {
    used ??= way;
    if (used === way) return;
    throw new ConflictError('Cannot use buffer() and stream() from the same ReadUrlResponse');
  };
  return {
    etag,
    async buffer() {
      use('buffer');
      return content;
    },
    stream() {
      use('stream');
      return Readable.from([content], { objectMode: false });
    },
  };
}

/** @throws TypeError for what is no URL */
function toKey(url: string): string {
  return new URL(url).href;
}

function toPath(url: string) {
  const { origin, pathname } = new URL(url);
  return {
    path: decodeURIComponent(pathname.slice(1)),
    toUrl: (path: string) => `${origin}/${path.split('/').map(encodeURIComponent).join('/')}`,
  };
}

function toEtag(parts: ReadonlyArray<string | Buffer>): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex').slice(0, 16);
}
