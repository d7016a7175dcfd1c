import { NotModifiedError } from '@stagewire/errors';
import type { ReaderFactory, UrlReaderService } from '@stagewire/plugin-api';
import { readAllowList } from '../allow-list.js';
import { toConditions } from '../conditions.js';
import { urlReaderErrors } from '../errors.js';
import { withSearch } from '../find-files.js';
import { HostClient } from '../host-client.js';
import {
  createLazyReaders,
  readHosts,
  type Integrations,
  type ReaderOptions,
} from '../integrations.js';
import { readReadingLimits } from '../reading-limits.js';
import { parseRepositoryUrl, type RepositoryLayout } from '../repository-url.js';

/** Reads repositories of Harness Code. */
export const harnessReaders: ReaderFactory = (options) =>
  createLazyReaders(options, readHosts(options.config, 'harness'), (integrations, index) =>
    createReader(options, integrations, index),
  );

function createReader(
  { config, treeResponseFactory }: ReaderOptions,
  { library, all }: Integrations,
  index: number,
): UrlReaderService {
  const integration = all.harness.list()[index]!.config;
  const isAllowed = readAllowList(config);
  const client = new HostClient({
    hosts: [integration.host],
    limits: readReadingLimits(config),
    assertAllowed: (target) => {
      if (target.host === integration.host || isAllowed(target)) return;
      throw urlReaderErrors.redirectNotAllowed(target.href, target.host);
    },
  });
  const credentialsFor = (token?: string) =>
    library.getHarnessRequestOptions(token ? { host: integration.host, token } : integration)
      .headers;

  const reader: Pick<UrlReaderService, 'readUrl' | 'readTree'> = {
    async readUrl(url, { token, signal, ...known } = {}) {
      parse(url);
      const target = library.getHarnessFileContentsUrl(integration, url);
      return client.readFile({
        url,
        target,
        problem: `${url} could not be read as ${target}`,
        headers: toConditions(known),
        credentials: credentialsFor(token),
        signal,
      });
    },

    async readTree(url, { etag, filter, token, signal } = {}) {
      const { path } = parse(url);
      const request = { url, credentials: credentialsFor(token), signal };
      const target = library.getHarnessLatestCommitUrl(integration, url);
      const problem = `Failed to retrieve latest commit information from ${target}`;
      const keys = ['latest_commit', 'sha'];
      const commit = await client.readText({ ...request, target, problem }, ...keys);
      if (etag === commit) throw new NotModifiedError();

      const response = await client.get({
        ...request,
        target: library.getHarnessArchiveUrl(integration, url),
        problem: `Failed to read tree from ${url}`,
      });
      return treeResponseFactory.fromZipArchive({ response, subpath: path, etag: commit, filter });
    },
  };
  return withSearch(reader, parse);
}

const parse = (url: string) =>
  parseRepositoryUrl(
    url,
    locate,
    'https://<host>/ng/account/<account>/module/code/…/repos/<repository>/files/<branch>/~/<path>',
  );

/** A ref may have several segments, and ends at `~`. */
function locate(segments: string[]): RepositoryLayout | undefined {
  const repository = segments.indexOf('repos') + 1;
  if (repository === 0) return undefined;
  const end = segments.indexOf('~');
  return {
    fullName: [repository, repository + 1],
    path: end === -1 ? segments.length : end + 1,
  };
}
