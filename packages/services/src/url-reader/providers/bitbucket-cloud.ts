import { NotModifiedError } from '@stagewire/errors';
import type { ReaderFactory, UrlReaderService } from '@stagewire/plugin-api';
import { toConditions } from '../conditions.js';
import { withSearch } from '../find-files.js';
import { HostClient } from '../host-client.js';
import {
  createLazyReaders,
  hostsOf,
  type Integrations,
  type ReaderOptions,
} from '../integrations.js';
import { readReadingLimits } from '../reading-limits.js';
import { parseRepositoryUrl, type RepositoryLayout } from '../repository-url.js';
import { toPathname } from '../storage-url.js';

const HOST = 'bitbucket.org';

/** As long as the host itself writes commits. */
const SHORT_COMMIT = 12;

/** Reads repositories of bitbucket.org. */
export const bitbucketCloudReaders: ReaderFactory = (options) =>
  createLazyReaders(options, [HOST], (integrations) => createReader(options, integrations));

function createReader(
  { config, treeResponseFactory }: ReaderOptions,
  { library, all }: Integrations,
): UrlReaderService {
  const integration = all.bitbucketCloud.list()[0]!.config;
  const { host, apiBaseUrl } = integration;
  const client = new HostClient({
    hosts: [host, ...hostsOf(apiBaseUrl)],
    limits: readReadingLimits(config),
  });
  const credentialsFor = async (token?: string) =>
    token
      ? { Authorization: `Bearer ${token}` }
      : (await library.getBitbucketCloudRequestOptions(integration)).headers;

  const reader: Pick<UrlReaderService, 'readUrl' | 'readTree'> = {
    async readUrl(url, { token, signal, ...known } = {}) {
      const target = library.getBitbucketCloudFileFetchUrl(url, integration);
      return client.readFile({
        url,
        target,
        problem: `${url} could not be read as ${target}`,
        headers: toConditions(known),
        credentials: await credentialsFor(token),
        signal,
      });
    },

    async readTree(url, { etag, filter, token, signal } = {}) {
      const { fullName, path, ref } = parse(url);
      const api = `${apiBaseUrl}/repositories/${toPathname(fullName)}`;
      const request = { url, credentials: await credentialsFor(token), signal };
      const branch = ref || (await readDefaultBranch());
      const target = `${api}/commits/${encodeURIComponent(branch)}?pagelen=1`;
      const problem = `Failed to retrieve commits from ${target}`;
      const hash = await client.readText({ ...request, target, problem }, 'values', 0, 'hash');
      const commit = hash.slice(0, SHORT_COMMIT);
      if (etag === commit) throw new NotModifiedError();

      const response = await client.get({
        ...request,
        target: `https://${host}/${toPathname(fullName)}/get/${commit}.tar.gz`,
        problem: `Failed to read tree from ${url}`,
      });
      return treeResponseFactory.fromTarArchive({ response, subpath: path, etag: commit, filter });

      function readDefaultBranch(): Promise<string> {
        const problem = `Failed to retrieve default branch from ${api}`;
        return client.readText({ ...request, target: api, problem }, 'mainbranch', 'name');
      }
    },
  };
  return withSearch(reader, parse);
}

const parse = (url: string) =>
  parseRepositoryUrl(url, locate, `https://${HOST}/<workspace>/<repository>/src/<branch>/<path>`);

function locate(segments: string[]): RepositoryLayout {
  const isWhole = segments.length < 3;
  return { fullName: [0, 2], ref: isWhole ? undefined : 3, path: isWhole ? 2 : 4 };
}
