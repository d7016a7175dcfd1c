import type { GitLabIntegration } from '@backstage/integration';
import { NotModifiedError } from '@stagewire/errors';
import type { ReaderFactory, UrlReaderService } from '@stagewire/plugin-api';
import { toConditions } from '../conditions.js';
import { withSearch } from '../find-files.js';
import { HostClient } from '../host-client.js';
import {
  createLazyReaders,
  hostsOf,
  readHostsWithPublic,
  type Integrations,
  type ReaderOptions,
} from '../integrations.js';
import { readReadingLimits } from '../reading-limits.js';
import { parseRepositoryUrl, type RepositoryLayout } from '../repository-url.js';

const ARTIFACTS = '/-/jobs/artifacts/';

/** Reads repositories of GitLab, and artifacts of its jobs. */
export const gitlabReaders: ReaderFactory = (options) =>
  createLazyReaders(
    options,
    readHostsWithPublic(options.config, 'gitlab', 'gitlab.com'),
    (integrations, index) => createReader(options, integrations, index),
  );

function createReader(
  { config, treeResponseFactory }: ReaderOptions,
  { library, all }: Integrations,
  index: number,
): UrlReaderService {
  const integration = all.gitlab.list()[index]!;
  const { host, apiBaseUrl, baseUrl } = integration.config;
  const root = library.getGitLabIntegrationRelativePath(integration.config);
  const client = new HostClient({
    hosts: [host, ...hostsOf(apiBaseUrl, baseUrl)],
    limits: readReadingLimits(config),
    fetch: findRetryingFetch(integration),
  });
  const credentialsFor = (token?: string) =>
    library.getGitLabRequestOptions(integration.config, token).headers;

  const reader: Pick<UrlReaderService, 'readUrl' | 'readTree'> = {
    async readUrl(url, { token, signal, ...known } = {}) {
      parse(url, root);
      const request = { url, credentials: credentialsFor(token), signal };
      const isArtifact = url.includes(ARTIFACTS);
      const target = isArtifact
        ? toArtifactUrl(url)
        : await library.getGitLabFileFetchUrl(url, integration.config);
      const problem = `${url} could not be read as ${target}`;
      const headers = toConditions(known);
      return client.readFile({ ...request, target, problem, headers });
    },

    async readTree(url, { etag, filter, token, signal } = {}) {
      const { fullName, path, ref } = parse(url, root);
      const api = `${apiBaseUrl}/projects/${encodeURIComponent(fullName)}`;
      const problem = `Failed to read tree from ${url}`;
      const request = { url, problem, credentials: credentialsFor(token), signal };
      const branch = ref || (await client.readText({ ...request, target: api }, 'default_branch'));
      const folder: Record<string, string> = path ? { path } : {};
      const commits = new URLSearchParams({ ref_name: branch, ...folder, per_page: '1' });
      const target = `${api}/repository/commits?${commits}`;
      const commit = await client.readText({ ...request, target }, 0, 'id');
      if (etag === commit) throw new NotModifiedError();

      const response = await client.get({
        ...request,
        target: `${api}/repository/archive?${new URLSearchParams({ sha: commit, ...folder })}`,
      });
      return treeResponseFactory.fromTarArchive({ response, subpath: path, etag: commit, filter });
    },
  };
  return withSearch(reader, (url) =>
    url.includes(ARTIFACTS) ? { path: '', toUrl: () => url } : parse(url, root),
  );

  function toArtifactUrl(url: string): string {
    const { pathname, search } = new URL(url);
    const [project = '', artifact = ''] = pathname.slice(root.length).split(ARTIFACTS);
    const id = encodeURIComponent(decodeURIComponent(project.slice(1)));
    return `${apiBaseUrl}/projects/${id}/jobs/artifacts/${artifact}${search}`;
  }
}

/** The library's own fetch waits and tries again, where the integration says how. */
function findRetryingFetch(integration: GitLabIntegration): typeof fetch | undefined {
  if (!integration.config.retry) return undefined;
  return (input, init) => integration.fetch(input, init);
}

const parse = (url: string, root: string) =>
  parseRepositoryUrl(
    url,
    (segments) => locate(segments, root.split('/').length - 1),
    'https://<host>/<group>/<project>/-/blob/<branch>/<path>',
  );

/** Groups may be nested, so what comes behind the project is found by its mark. */
function locate(segments: string[], start: number): RepositoryLayout {
  const dash = segments.indexOf('-', start);
  if (dash !== -1) return { fullName: [start, dash], ref: dash + 2, path: dash + 3 };
  // Old URLs have no mark; a project has one group at least.
  const kind = segments.findIndex(
    (segment, index) => index > start + 1 && ['blob', 'tree', 'raw', 'edit'].includes(segment),
  );
  if (kind !== -1) return { fullName: [start, kind], ref: kind + 1, path: kind + 2 };
  return { fullName: [start, segments.length], path: segments.length };
}
