import { addAbortSignal } from 'node:stream';
import type { Bucket, File } from '@google-cloud/storage';
import { NotModifiedError, isExplained } from '@stagewire/errors';
import type { ReaderFactory, UrlReaderService } from '@stagewire/plugin-api';
import { urlReaderErrors } from '../errors.js';
import { createMatcher } from '../find-files.js';
import { createLazyReaders, type Integrations, type ReaderOptions } from '../integrations.js';
import { loadPackage } from '../load-package.js';
import { createReadUrlResponse } from '../read-url-response.js';
import { readReadingLimits, type ReadingLimits } from '../reading-limits.js';
import { splitBucket, toPathname } from '../storage-url.js';
import { createStorageReader, toStorageError, type Storage } from '../stored-objects.js';
import { toBody } from '../stream-body.js';

const HOST = 'storage.cloud.google.com';

/** Reads objects of Google Cloud Storage, once it is configured. */
export const googleGcsReaders: ReaderFactory = (options) =>
  createLazyReaders(
    options,
    options.config.has('integrations.googleGcs') ? [HOST] : [],
    (integrations) => createReader(options, integrations),
  );

function createReader(
  { config, logger, treeResponseFactory }: ReaderOptions,
  { all }: Integrations,
): UrlReaderService {
  const limits = readReadingLimits(config);
  const { clientEmail, privateKey } = all.googleGcs.list()[0]!.config;
  const credentials =
    clientEmail && privateKey ? { client_email: clientEmail, private_key: privateKey } : undefined;
  if (!credentials) {
    logger.info('googleGcs has no credentials in the configuration: those of the machine are used');
  }
  return createStorageReader(open, treeResponseFactory, limits);

  async function open(url: string): Promise<Storage> {
    const { bucket, key } = splitBucket(new URL(url).pathname);
    if (!bucket) throw urlReaderErrors.unknownForm(url, `https://${HOST}/<bucket>/<path>`);
    const { Storage } = await loadPackage(
      '@google-cloud/storage',
      'Google Cloud Storage',
      () => import('@google-cloud/storage'),
    );
    return createStorage(new Storage({ credentials }).bucket(bucket), key, url, limits);
  }
}

function createStorage(bucket: Bucket, key: string, url: string, limits: ReadingLimits): Storage {
  return {
    key,
    toUrl: (other) => `https://${HOST}/${bucket.name}/${toPathname(other)}`,
    async read(key, { etag, lastModifiedAfter, signal } = {}) {
      try {
        const file = bucket.file(key);
        const [metadata] = await file.getMetadata();
        const lastModifiedAt = toDate(metadata.updated);
        const isKnown = etag !== undefined && etag === metadata.etag;
        const isOld = lastModifiedAfter && lastModifiedAt && lastModifiedAt <= lastModifiedAfter;
        if (isKnown || isOld) throw new NotModifiedError();
        signal?.throwIfAborted();
        const stream = file.createReadStream();
        if (signal) addAbortSignal(signal, stream);
        const version = { etag: metadata.etag, lastModifiedAt };
        return createReadUrlResponse(toBody(stream, url, limits), version);
      } catch (error) {
        throw toGcsError(`unable to read gcs file from ${url}`, error);
      }
    },

    async list(prefix, { meter, signal }) {
      const files = bucket.getFilesStream({ prefix });
      if (signal) addAbortSignal(signal, files);
      const objects = [];
      try {
        for await (const { name, metadata } of files as AsyncIterable<File>) {
          const size = Number(metadata.size ?? 0);
          meter.add(size);
          objects.push({
            key: name,
            size,
            etag: metadata.etag,
            lastModifiedAt: toDate(metadata.updated),
          });
        }
      } catch (error) {
        if (isExplained(error)) throw error;
        throw toGcsError(`unable to list gcs files of ${url}`, error);
      }
      return { objects };
    },

    // `bucket/catalog*` is everything that begins so, folders included.
    createMatcher: async (pattern) => {
      const [, prefix] = /^([^*?]*)\*$/.exec(pattern) ?? [];
      return prefix === undefined ? createMatcher(pattern) : (key) => key.startsWith(prefix);
    },
  };
}

function toGcsError(problem: string, error: unknown): Error {
  if (error instanceof NotModifiedError) return error;
  return toStorageError(problem, error, Number((error as { code?: unknown }).code));
}

function toDate(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text);
}
