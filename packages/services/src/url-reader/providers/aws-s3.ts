import type { Readable } from 'node:stream';
import type * as S3 from '@aws-sdk/client-s3';
import type { AwsS3IntegrationConfig } from '@backstage/integration';
import type {
  ReaderFactory,
  UrlReaderService,
  UrlReaderServiceReadUrlResponse,
} from '@stagewire/plugin-api';
import { createAwsCredentials, findAwsStatus } from '../aws-credentials.js';
import { urlReaderErrors } from '../errors.js';
import {
  createLazyReaders,
  readHosts,
  type Integrations,
  type ReaderOptions,
} from '../integrations.js';
import { loadPackage } from '../load-package.js';
import { createReadUrlResponse } from '../read-url-response.js';
import { readReadingLimits, type ReadingLimits } from '../reading-limits.js';
import { isHostBelow, splitBucket, toKey, toPathname } from '../storage-url.js';
import { createStorageReader, toStorageError, type Storage } from '../stored-objects.js';
import { toBody } from '../stream-body.js';

type S3Library = typeof S3;

const PUBLIC_HOST = 'amazonaws.com';
const PURPOSE = 'Amazon S3';

/** The bucket is in front of the host or the path; the region may be missing. */
const HOST_FORM =
  /^(?:(?<bucket>.+)\.)?s3(?:[.-](?:dualstack\.)?(?<region>[a-z]+(?:-[a-z]+)+-\d+))?\.amazonaws\.com$/;
const DEFAULT_REGION = 'us-east-1';

type S3Url = { bucket: string; key: string; region: string; toUrl(key: string): string };

/** Reads objects of Amazon S3, and of storages that speak like it. */
export const awsS3Readers: ReaderFactory = (options) =>
  createLazyReaders(
    options,
    readS3Hosts(options),
    (integrations, index) => createReader(options, integrations, index),
    (url, host) => isHostBelow(url.host, host),
  );

function readS3Hosts({ config }: ReaderOptions): string[] {
  const hosts = readHosts(config, 'awsS3', (one) => {
    const endpoint = one.getOptionalString('endpoint');
    return endpoint ? new URL(endpoint).host : PUBLIC_HOST;
  });
  return hosts.includes(PUBLIC_HOST) ? hosts : [...hosts, PUBLIC_HOST];
}

function createReader(
  { config, treeResponseFactory }: ReaderOptions,
  { all }: Integrations,
  index: number,
): UrlReaderService {
  const integration = all.awsS3.list()[index]!.config;
  const limits = readReadingLimits(config);
  const clients = new Map<string, S3.S3Client>();

  return createStorageReader(open, treeResponseFactory, limits);

  async function open(url: string): Promise<Storage> {
    const place = parseS3Url(url, integration);
    const library = await loadPackage(
      '@aws-sdk/client-s3',
      PURPOSE,
      () => import('@aws-sdk/client-s3'),
    );
    let client = clients.get(place.region);
    if (!client) {
      client = await createClient(library, integration, place.region);
      clients.set(place.region, client);
    }
    return createStorage(library, client, place, url, limits);
  }
}

async function createClient(
  { S3Client }: S3Library,
  integration: AwsS3IntegrationConfig,
  region: string,
): Promise<S3.S3Client> {
  return new S3Client({
    region,
    credentials: await createAwsCredentials(integration, { purpose: PURPOSE, region }),
    endpoint: integration.endpoint,
    forcePathStyle: integration.s3ForcePathStyle,
  });
}

function createStorage(
  { GetObjectCommand, ListObjectsV2Command }: S3Library,
  client: S3.S3Client,
  { bucket, key, toUrl }: S3Url,
  url: string,
  limits: ReadingLimits,
): Storage {
  return {
    key,
    toUrl,
    async read(
      key,
      { etag, lastModifiedAfter, signal } = {},
    ): Promise<UrlReaderServiceReadUrlResponse> {
      try {
        const { Body, ETag, LastModified } = await client.send(
          new GetObjectCommand({
            Bucket: bucket,
            Key: key,
            IfNoneMatch: etag,
            IfModifiedSince: lastModifiedAfter,
          }),
          { abortSignal: signal },
        );
        const version = { etag: ETag, lastModifiedAt: LastModified };
        return createReadUrlResponse(toBody(Body as Readable, url, limits), version);
      } catch (error) {
        throw toStorageError('Could not retrieve file from S3', error, findAwsStatus(error));
      }
    },

    async list(prefix, { meter, signal }) {
      const objects = [];
      let token: string | undefined;
      do {
        const command = new ListObjectsV2Command({
          Bucket: bucket,
          Prefix: prefix,
          ContinuationToken: token,
        });
        const page = await client.send(command, { abortSignal: signal }).catch((error) => {
          throw toStorageError('Could not retrieve file tree from S3', error, findAwsStatus(error));
        });
        for (const { Key = '', Size = 0, ETag, LastModified } of page.Contents ?? []) {
          meter.add(Size);
          objects.push({ key: Key, size: Size, etag: ETag, lastModifiedAt: LastModified });
        }
        token = page.NextContinuationToken;
      } while (token);
      return { objects };
    },
  };
}

/**
 * Reads the URL of an object, in each of the forms that S3 has.
 *
 * @throws InputError with `E_URL_FORM`
 */
export function parseS3Url(
  url: string,
  { host, s3ForcePathStyle }: Pick<AwsS3IntegrationConfig, 'host' | 's3ForcePathStyle'>,
): S3Url {
  const parsed = new URL(url);
  const own =
    host === PUBLIC_HOST ? HOST_FORM.exec(parsed.host)?.groups : toOwnGroups(parsed, host);
  const isPathStyle = own && (s3ForcePathStyle || !own.bucket);
  const { bucket = '', key } = isPathStyle
    ? splitBucket(parsed.pathname)
    : { bucket: own?.bucket, key: toKey(parsed.pathname) };
  if (!own || !bucket) {
    throw urlReaderErrors.unknownForm(url, 'https://<bucket>.s3.<region>.amazonaws.com/<key>');
  }
  return {
    bucket,
    key,
    region: own.region ?? DEFAULT_REGION,
    toUrl: (other) =>
      new URL(`/${isPathStyle ? `${bucket}/` : ''}${toPathname(other)}`, parsed).href,
  };
}

/** At a host that is not Amazon's, what is in front of the endpoint is the bucket. */
function toOwnGroups(url: URL, host: string): Partial<Record<'bucket' | 'region', string>> {
  return url.host === host ? {} : { bucket: url.host.slice(0, -host.length - 1) };
}
