import type { Readable } from 'node:stream';
import type { ContainerClient } from '@azure/storage-blob';
import type { AzureBlobStorageIntegrationConfig } from '@backstage/integration';
import { isExplained } from '@stagewire/errors';
import type { ReaderFactory, UrlReaderService } from '@stagewire/plugin-api';
import { urlReaderErrors } from '../errors.js';
import {
  createLazyReaders,
  readHosts,
  type Integrations,
  type ReaderOptions,
} from '../integrations.js';
import { createReadUrlResponse } from '../read-url-response.js';
import { readReadingLimits, type ReadingLimits } from '../reading-limits.js';
import { isHostBelow, splitBucket, toPathname } from '../storage-url.js';
import { createStorageReader, toStorageError, type Storage } from '../stored-objects.js';
import { toBody } from '../stream-body.js';

const PUBLIC_HOST = 'blob.core.windows.net';

/** Reads blobs of Azure. */
export const azureBlobStorageReaders: ReaderFactory = (options) => {
  const accounts = readAccounts(options);
  return createLazyReaders(
    options,
    readBlobHosts(options),
    (integrations, index) => createReader(options, integrations, index),
    // The key of one account is not for another one's storage.
    (url, host, index) =>
      accounts[index] ? url.host === `${accounts[index]}.${host}` : isHostBelow(url.host, host),
  );
};

function readBlobHosts({ config }: ReaderOptions): string[] {
  const hosts = readHosts(config, 'azureBlobStorage', (one) => {
    const endpoint = one.getOptionalString('endpoint');
    if (endpoint) return new URL(endpoint).host;
    const suffix = one.getOptionalString('endpointSuffix');
    return one.getOptionalString('host') ?? (suffix ? `blob.${suffix}` : PUBLIC_HOST);
  });
  return hosts.includes(PUBLIC_HOST) ? hosts : [...hosts, PUBLIC_HOST];
}

/** The account that must be in front of the host; none is behind an endpoint of its own. */
function readAccounts({ config }: ReaderOptions): Array<string | undefined> {
  return (config.getOptionalConfigArray('integrations.azureBlobStorage') ?? []).map((one) =>
    one.has('endpoint') ? undefined : one.getOptionalString('accountName'),
  );
}

function createReader(
  { config, treeResponseFactory }: ReaderOptions,
  integrations: Integrations,
  index: number,
): UrlReaderService {
  const limits = readReadingLimits(config);
  return createStorageReader(open, treeResponseFactory, limits);

  async function open(url: string): Promise<Storage> {
    const { pathname } = new URL(url);
    const { bucket, key } = splitBucket(pathname);
    if (!bucket) {
      throw urlReaderErrors.unknownForm(url, `https://<account>.${PUBLIC_HOST}/<container>/<path>`);
    }
    const service = await createService(integrations, index, url);
    const toUrl = (other: string) => new URL(`/${bucket}/${toPathname(other)}`, url).href;
    return { key, toUrl, ...access(service.getContainerClient(bucket), url, limits) };
  }
}

async function createService({ library, all }: Integrations, index: number, url: string) {
  const { BlobServiceClient, StorageSharedKeyCredential } = await import('@azure/storage-blob');
  const config: Partial<AzureBlobStorageIntegrationConfig> =
    all.azureBlobStorage.list()[index]?.config ?? {};
  const { origin, host } = new URL(url);
  const { accountKey, sasToken, connectionString, endpoint = origin } = config;
  const accountName = config.accountName ?? host.split('.')[0]!;
  if (connectionString) return BlobServiceClient.fromConnectionString(connectionString);
  if (accountKey) {
    const credential = new StorageSharedKeyCredential(accountName, accountKey);
    return new BlobServiceClient(endpoint, credential);
  }
  if (sasToken) return new BlobServiceClient(`${endpoint}?${sasToken.replace(/^\?/, '')}`);
  const manager = library.DefaultAzureCredentialsManager.fromIntegrations(all);
  return new BlobServiceClient(endpoint, await manager.getCredentials(accountName));
}

function access(
  container: ContainerClient,
  url: string,
  limits: ReadingLimits,
): Pick<Storage, 'read' | 'list'> {
  return {
    async read(key, { etag, lastModifiedAfter, signal } = {}) {
      try {
        const blob = await container.getBlobClient(key).download(0, undefined, {
          abortSignal: signal,
          conditions: { ifNoneMatch: etag, ifModifiedSince: lastModifiedAfter },
        });
        const version = { etag: blob.etag, lastModifiedAt: blob.lastModified };
        const stream = blob.readableStreamBody as Readable;
        return createReadUrlResponse(toBody(stream, url, limits), version);
      } catch (error) {
        throw toBlobError('Could not retrieve file from Azure Blob Storage', error);
      }
    },

    async list(prefix, { meter, signal }) {
      const objects = [];
      try {
        for await (const { name, properties } of container.listBlobsFlat({
          prefix,
          abortSignal: signal,
        })) {
          const { contentLength: size = 0, etag, lastModified: lastModifiedAt } = properties;
          meter.add(size);
          objects.push({ key: name, size, etag, lastModifiedAt });
        }
      } catch (error) {
        if (isExplained(error)) throw error;
        throw toBlobError('Could not retrieve file tree from Azure Blob Storage', error);
      }
      return { objects };
    },
  };
}

function toBlobError(problem: string, error: unknown): Error {
  return toStorageError(problem, error, (error as { statusCode?: number }).statusCode);
}
