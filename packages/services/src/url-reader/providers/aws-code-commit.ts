import type * as CodeCommit from '@aws-sdk/client-codecommit';
import { NotModifiedError } from '@stagewire/errors';
import type { ReaderFactory, UrlReaderService } from '@stagewire/plugin-api';
import { createAwsCredentials, findAwsStatus } from '../aws-credentials.js';
import {
  createLazyReaders,
  readHosts,
  type Integrations,
  type ReaderOptions,
} from '../integrations.js';
import { loadPackage } from '../load-package.js';
import { createReadUrlResponse } from '../read-url-response.js';
import { readReadingLimits, type ReadingLimits } from '../reading-limits.js';
import { parseRepositoryUrl, type RepositoryLayout } from '../repository-url.js';
import { isHostBelow } from '../storage-url.js';
import {
  createStorageReader,
  toStorageError,
  type ListOptions,
  type Storage,
  type StoredObject,
} from '../stored-objects.js';
import { toBodyOfBytes } from '../stream-body.js';

type CodeCommitLibrary = typeof CodeCommit;

const PURPOSE = 'AWS CodeCommit';
const PATH_PREFIX = '/codesuite/codecommit';

/** What CodeCommit calls "there is no such thing", all with status 400. */
const NOT_FOUND = /^(File|Folder|Path|Commit|Branch|Repository|Reference)DoesNotExistException$/;

/** Reads repositories of AWS CodeCommit, by the URLs of its console. */
export const awsCodeCommitReaders: ReaderFactory = (options) =>
  createLazyReaders(
    options,
    readHosts(
      options.config,
      'awsCodeCommit',
      (one) => one.getOptionalString('host') ?? `${one.getString('region')}.console.aws.amazon.com`,
    ),
    (integrations, index) => createReader(options, integrations, index),
    (url, host) => isHostBelow(url.host, host) && url.pathname.startsWith(PATH_PREFIX),
  );

function createReader(
  { config, treeResponseFactory }: ReaderOptions,
  { all }: Integrations,
  index: number,
): UrlReaderService {
  const integration = all.awsCodeCommit.list()[index]!.config;
  const { region } = integration;
  const limits = readReadingLimits(config);
  let client: CodeCommit.CodeCommitClient | undefined;

  return createStorageReader(open, treeResponseFactory, limits);

  async function open(url: string): Promise<Storage> {
    const library = await loadPackage(
      '@aws-sdk/client-codecommit',
      PURPOSE,
      () => import('@aws-sdk/client-codecommit'),
    );
    client ??= new library.CodeCommitClient({
      region,
      credentials: await createAwsCredentials(integration, { purpose: PURPOSE, region }),
    });
    return createStorage(library, client, url, limits);
  }
}

function createStorage(
  library: CodeCommitLibrary,
  client: CodeCommit.CodeCommitClient,
  url: string,
  limits: ReadingLimits,
): Storage {
  const { fullName, ref, path, toUrl } = parse(url);
  const repository = { repositoryName: fullName, ...(ref && { commitSpecifier: ref }) };
  return {
    key: path,
    toUrl,
    async read(key, { etag, signal } = {}) {
      try {
        const { fileContent, commitId } = await client.send(
          new library.GetFileCommand({ ...repository, filePath: key }),
          { abortSignal: signal },
        );
        if (etag && etag === commitId) throw new NotModifiedError();
        const body = toBodyOfBytes(fileContent ?? new Uint8Array(), url, limits);
        return createReadUrlResponse(body, { etag: commitId });
      } catch (error) {
        throw toCodeCommitError('Could not retrieve file from CodeCommit', error);
      }
    },
    list: (prefix, options) => listFolders(library, client, repository, prefix, options),
  };
}

/** The API lists one folder at a time, and tells no sizes. */
async function listFolders(
  { GetFolderCommand }: CodeCommitLibrary,
  client: CodeCommit.CodeCommitClient,
  repository: { repositoryName: string; commitSpecifier?: string },
  prefix: string,
  { meter, etag, signal }: ListOptions,
): Promise<{ objects: StoredObject[]; etag?: string }> {
  const objects: StoredObject[] = [];
  const folders = [prefix.replace(/\/$/, '')];
  let commit: string | undefined;
  for (const folderPath of folders) {
    const command = new GetFolderCommand({ ...repository, folderPath: folderPath || '/' });
    const folder = await client.send(command, { abortSignal: signal }).catch((error) => {
      throw toCodeCommitError('Could not retrieve file tree from CodeCommit', error);
    });
    commit ??= folder.commitId;
    if (etag && etag === commit) throw new NotModifiedError();
    for (const { absolutePath = '' } of folder.subFolders ?? []) {
      meter.add(0);
      folders.push(absolutePath);
    }
    for (const { absolutePath = '' } of folder.files ?? []) {
      meter.add(0);
      objects.push({ key: absolutePath, size: 0 });
    }
  }
  return { objects, etag: commit };
}

function toCodeCommitError(problem: string, error: unknown): Error {
  if (error instanceof NotModifiedError) return error;
  const isMissing = NOT_FOUND.test((error as Error).name);
  return toStorageError(problem, error, isMissing ? 404 : findAwsStatus(error));
}

const parse = (url: string) =>
  parseRepositoryUrl(
    url,
    locate,
    'https://<region>.console.aws.amazon.com/codesuite/codecommit/repositories/<repository>/browse/refs/heads/<branch>/--/<path>',
  );

/** A ref is `refs/heads/<branch>` or a commit, and ends at `--`. */
function locate(segments: string[]): RepositoryLayout | undefined {
  const repository = segments.indexOf('repositories') + 1;
  if (repository === 0) return undefined;
  const end = segments.indexOf('--');
  const isWhole = end === -1;
  return {
    fullName: [repository, repository + 1],
    ref: isWhole ? undefined : end - 1,
    path: isWhole ? segments.length : end + 1,
  };
}
