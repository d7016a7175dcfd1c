import { NotModifiedError } from '@stagewire/errors';
import type { ReaderFactory, UrlReaderService } from '@stagewire/plugin-api';
import { withSearch } from '../find-files.js';
import { HostClient } from '../host-client.js';
import {
  createLazyReaders,
  readHostsWithPublic,
  type Integrations,
  type ReaderOptions,
} from '../integrations.js';
import { readReadingLimits } from '../reading-limits.js';

/** Reads repositories of Azure DevOps, in the cloud and on premises. */
export const azureDevOpsReaders: ReaderFactory = (options) =>
  createLazyReaders(
    options,
    readHostsWithPublic(options.config, 'azure', 'dev.azure.com'),
    (integrations, index) => createReader(options, integrations, index),
  );

function createReader(
  { config, treeResponseFactory }: ReaderOptions,
  { library, all }: Integrations,
  index: number,
): UrlReaderService {
  const { host } = all.azure.list()[index]!.config;
  const provider = library.DefaultAzureDevOpsCredentialsProvider.fromIntegrations(all);
  const client = new HostClient({
    hosts: [host],
    limits: readReadingLimits(config),
    // 203 is the page to sign in, for a token that is not valid.
    isSuccess: ({ ok, status }) => ok && status !== 203,
  });
  const credentialsFor = async (url: string, token?: string) =>
    token ? toHeaders(token) : (await provider.getCredentials({ url }))?.headers;

  const reader: Pick<UrlReaderService, 'readUrl' | 'readTree'> = {
    async readUrl(url, { token, signal } = {}) {
      const target = library.getAzureFileFetchUrl(url);
      const credentials = await credentialsFor(url, token);
      const problem = `${url} could not be read as ${target}`;
      return client.readFile({ url, target, problem, credentials, signal });
    },

    async readTree(url, { etag, filter, token, signal } = {}) {
      const credentials = await credentialsFor(url, token);
      const request = { url, problem: `Failed to read tree from ${url}`, credentials, signal };
      const commits = { ...request, target: library.getAzureCommitsUrl(url) };
      const commit = await client.readText(commits, 'value', 0, 'commitId');
      if (etag === commit) throw new NotModifiedError();

      const response = await client.get({
        ...request,
        target: library.getAzureDownloadUrl(url),
        headers: { Accept: 'application/zip' },
      });
      // An archive of a folder holds that folder, without those above it.
      const subpath = toSegments(url).at(-1);
      return treeResponseFactory.fromZipArchive({ response, subpath, etag: commit, filter });
    },
  };
  return withSearch(reader, (url) => ({
    path: toSegments(url).join('/'),
    toUrl: (path) => {
      const target = new URL(url);
      target.searchParams.set('path', `/${path}`);
      return target.href;
    },
  }));
}

function toSegments(url: string): string[] {
  const path = new URL(url).searchParams.get('path') ?? '';
  return path.split('/').filter(Boolean);
}

/** Tokens of users who signed in are JSON web tokens; personal access tokens are passwords. */
function toHeaders(token: string): Record<string, string> {
  const isWebToken = token.split('.').length === 3;
  const basic = Buffer.from(`:${token}`).toString('base64');
  return { Authorization: isWebToken ? `Bearer ${token}` : `Basic ${basic}` };
}
