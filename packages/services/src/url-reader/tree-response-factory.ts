import { tmpdir } from 'node:os';
import { Readable } from 'node:stream';
import type { Config } from '@stagewire/config';
import type {
  FromReadableArrayOptions,
  ReadTreeResponseFactory,
  ReadTreeResponseFactoryOptions,
} from '@stagewire/plugin-api';
import { BoundedBody } from './bounded-body.js';
import { EntriesTree } from './entries-tree.js';
import { urlReaderErrors } from './errors.js';
import { readReadingLimits, type ReadingLimits } from './reading-limits.js';
import { readTar } from './read-tar.js';
import { readZip } from './read-zip.js';
import { selectEntries, type TreeEntry } from './tree-entry.js';

/**
 * Makes tree responses for the readers of an application.
 *
 * @remarks
 * Trees are written below `backend.workingDirectory`, or the temporary directory of the machine.
 */
export function createTreeResponseFactory(config: Config): ReadTreeResponseFactory {
  const workingDirectory = config.getOptionalString('backend.workingDirectory') ?? tmpdir();
  const limits = readReadingLimits(config);
  return {
    fromReadableArray: async (files) =>
      new EntriesTree({
        entries: () => selectEntries(toEntries(files), { subpath: '', stripFirstDirectory: false }),
        readsOnDemand: true,
        etag: '',
        workingDirectory,
      }),

    fromTarArchive: async ({ stripFirstDirectory = true, ...options }) => {
      const archive = toStream(options, limits);
      return createArchiveTree(options, { archive, workingDirectory }, () =>
        selectEntries(readTar(archive, limits), {
          subpath: options.subpath ?? '',
          stripFirstDirectory,
          filter: options.filter,
        }),
      );
    },

    fromZipArchive: async (options) => {
      const archive = toStream(options, limits);
      return createArchiveTree(options, { archive, workingDirectory }, () =>
        selectEntries(readZip(archive, limits, workingDirectory), {
          subpath: options.subpath ?? '',
          stripFirstDirectory: false,
          filter: options.filter,
        }),
      );
    },
  };
}

function createArchiveTree(
  options: ReadTreeResponseFactoryOptions,
  { archive, workingDirectory }: { archive: Readable; workingDirectory: string },
  entries: () => AsyncIterable<TreeEntry>,
): EntriesTree {
  const isWhole = !options.subpath;
  return new EntriesTree({
    entries,
    ...(isWhole && { archive: () => archive }),
    etag: toEtag(options),
    workingDirectory,
  });
}

function toEtag(options: ReadTreeResponseFactoryOptions): string {
  if (options.etag !== undefined) return options.etag;
  return ('response' in options && options.response.headers.get('etag')) || '';
}

function toStream(options: ReadTreeResponseFactoryOptions, limits: ReadingLimits): Readable {
  if ('stream' in options) return options.stream;
  const { response } = options;
  if (!response.body) throw new Error('The response has no body, so it holds no archive');
  // Readers that fetch with a library of their own bring its kind of body.
  if ((response.body as unknown) instanceof Readable) return response.body as unknown as Readable;
  const body = new BoundedBody(
    response,
    response.url,
    { timeoutMs: limits.timeoutMs, maxResponseSize: limits.maxTreeSize },
    (_url, maxTreeSize) => urlReaderErrors.treeTooLarge(maxTreeSize),
  );
  return Readable.from(body.chunks(), { objectMode: false });
}

async function* toEntries(files: FromReadableArrayOptions): AsyncGenerator<TreeEntry> {
  for (const { path, data, lastModifiedAt } of files) {
    yield { path, lastModifiedAt, open: async () => data };
  }
}
