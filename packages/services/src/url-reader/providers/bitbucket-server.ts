import { NotModifiedError } from '@stagewire/errors';
import type { ReaderFactory, UrlReaderService } from '@stagewire/plugin-api';
import { toConditions } from '../conditions.js';
import { withSearch } from '../find-files.js';
import { HostClient } from '../host-client.js';
import {
  createLazyReaders,
  hostsOf,
  readHosts,
  type Integrations,
  type ReaderOptions,
} from '../integrations.js';
import { readReadingLimits } from '../reading-limits.js';
import { parseRepositoryUrl, type RepositoryLayout } from '../repository-url.js';

/** As long as the host itself writes commits. */
const SHORT_COMMIT = 12;

/** Reads repositories of Bitbucket servers. */
export const bitbucketServerReaders: ReaderFactory = (options) =>
  createLazyReaders(options, readHosts(options.config, 'bitbucketServer'), (integrations, index) =>
    createReader(options, integrations, index),
  );

function createReader(
  { config, treeResponseFactory }: ReaderOptions,
  { library, all }: Integrations,
  index: number,
): UrlReaderService {
  const integration = all.bitbucketServer.list()[index]!.config;
  const { host, apiBaseUrl } = integration;
  const client = new HostClient({
    hosts: [host, ...hostsOf(apiBaseUrl)],
    limits: readReadingLimits(config),
  });
  const credentialsFor = (token?: string) =>
    library.getBitbucketServerRequestOptions(token ? { ...integration, token } : integration)
      .headers;

  const reader: Pick<UrlReaderService, 'readUrl' | 'readTree'> = {
    async readUrl(url, { token, signal, ...known } = {}) {
      const target = library.getBitbucketServerFileFetchUrl(url, integration);
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
      const { project, name, path, ref } = parse(url);
      const api = `${apiBaseUrl}/projects/${project}/repos/${name}`;
      const request = { url, credentials: credentialsFor(token), signal };
      // Without a ref these are the commits of the default branch.
      const target = `${api}/commits?${new URLSearchParams({ limit: '1', ...(ref && { until: ref }) })}`;
      const problem = `Failed to retrieve commits from ${target}`;
      const id = await client.readText({ ...request, target, problem }, 'values', 0, 'id');
      const commit = id.slice(0, SHORT_COMMIT);
      if (etag === commit) throw new NotModifiedError();

      const query = new URLSearchParams({ format: 'tgz', at: id, prefix: `${project}-${name}` });
      if (path) query.set('path', path);
      const response = await client.get({
        ...request,
        target: `${api}/archive?${query}`,
        problem: `Failed to read tree from ${url}`,
      });
      return treeResponseFactory.fromTarArchive({ response, subpath: path, etag: commit, filter });
    },
  };
  return withSearch(reader, parse);
}

function parse(url: string) {
  const form = 'https://<host>/projects/<project>/repos/<repository>/browse/<path>?at=<branch>';
  const parsed = parseRepositoryUrl(url, locate, form);
  const [kind, owner, , name] = parsed.fullName.split('/');
  return {
    ...parsed,
    // The project of a person.
    project: encodeURIComponent(kind === 'users' ? `~${owner}` : owner!),
    name: encodeURIComponent(name!),
    ref: new URL(url).searchParams.get('at') ?? '',
  };
}

/** The host may serve below a path of its own. */
function locate(segments: string[]): RepositoryLayout | undefined {
  const repos = segments.indexOf('repos');
  const start = repos - 2;
  if (!['projects', 'users'].includes(segments[start]!)) return undefined;
  return { fullName: [start, start + 4], path: start + 5 };
}
