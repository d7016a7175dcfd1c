import { NotModifiedError } from '@stagewire/errors';
import type {
  ReadTreeResponseFactory,
  ReaderFactory,
  UrlReaderService,
  UrlReaderServiceReadTreeOptions,
  UrlReaderServiceReadTreeResponse,
  UrlReaderServiceReadUrlOptions,
  UrlReaderServiceReadUrlResponse,
  UrlReaderServiceSearchOptions,
  UrlReaderServiceSearchResponse,
} from '@stagewire/plugin-api';
import type {
  GithubCredentials,
  GithubCredentialsProvider,
  GithubIntegrationConfig,
} from '@backstage/integration';
import { toConditions } from '../conditions.js';
import { urlReaderErrors } from '../errors.js';
import { createMatcher, findFile, findInTree, isPattern } from '../find-files.js';
import { HostClient, type HostRequest } from '../host-client.js';
import {
  createLazyReaders,
  hostsOf,
  readHostsWithPublic,
  type IntegrationLibrary,
  type Integrations,
  type ReaderOptions,
} from '../integrations.js';
import { readReadingLimits } from '../reading-limits.js';
import { parseRepositoryUrl, type RepositoryLayout } from '../repository-url.js';
import { toPathname } from '../storage-url.js';

/** The commit that a URL means, and where its files are. */
type Commit = { sha: string; repository: { archive_url: string; trees_url: string } };

type TreeItem = { type?: string; path?: string; url?: string };

/** Reads repositories of GitHub, in the cloud and on premises. */
export const githubReaders: ReaderFactory = (options) =>
  createLazyReaders(
    options,
    readHostsWithPublic(options.config, 'github', 'github.com'),
    (integrations, index) => createReader(options, integrations, index),
  );

function createReader(
  { config, treeResponseFactory }: ReaderOptions,
  { library, all }: Integrations,
  index: number,
): UrlReaderService {
  const integration = all.github.list()[index]!;
  const { host, apiBaseUrl, rawBaseUrl } = integration.config;
  const client = new HostClient({
    hosts: [host, ...hostsOf(apiBaseUrl, rawBaseUrl)],
    limits: readReadingLimits(config),
    toError: (message, response) =>
      integration.parseRateLimitInfo(response as never).isRateLimited
        ? new Error(`${message} (rate limit exceeded)`)
        : undefined,
  });
  return new GithubReader({
    client,
    config: integration.config,
    provider: library.DefaultGithubCredentialsProvider.fromIntegrations(all),
    getFileUrl: library.getGithubFileFetchUrl,
    treeResponseFactory,
  });
}

type GithubReaderOptions = {
  client: HostClient;
  config: GithubIntegrationConfig;
  provider: GithubCredentialsProvider;
  getFileUrl: IntegrationLibrary['getGithubFileFetchUrl'];
  treeResponseFactory: ReadTreeResponseFactory;
};

class GithubReader implements UrlReaderService {
  readonly #options: GithubReaderOptions;

  constructor(options: GithubReaderOptions) {
    this.#options = options;
  }

  async readUrl(
    url: string,
    { token, signal, ...known }: UrlReaderServiceReadUrlOptions = {},
  ): Promise<UrlReaderServiceReadUrlResponse> {
    const { client, config, getFileUrl } = this.#options;
    const credentials = await this.#credentialsFor(url, token);
    return client.readFile({
      ...toRequest(url, getFileUrl(url, config, credentials), credentials, signal),
      headers: { ...toConditions(known), Accept: 'application/vnd.github.v3.raw' },
    });
  }

  async readTree(
    url: string,
    { etag, filter, token, signal }: UrlReaderServiceReadTreeOptions = {},
  ): Promise<UrlReaderServiceReadTreeResponse> {
    const { client, treeResponseFactory } = this.#options;
    const { path } = parse(url);
    const credentials = await this.#credentialsFor(url, token);
    const { sha, repository } = await this.#readCommit(url, credentials, signal);
    if (etag === sha) throw new NotModifiedError();

    const target = repository.archive_url
      .replace('{archive_format}', 'tarball')
      .replace('{/ref}', `/${sha}`);
    const response = await client.get(toRequest(url, target, credentials, signal));
    return treeResponseFactory.fromTarArchive({ response, subpath: path, etag: sha, filter });
  }

  async search(
    url: string,
    options: UrlReaderServiceSearchOptions = {},
  ): Promise<UrlReaderServiceSearchResponse> {
    const { path: pattern, toUrl } = parse(url);
    if (!isPattern(pattern)) return findFile(this, url, options);

    const { client } = this.#options;
    const { etag, token, signal } = options;
    const credentials = await this.#credentialsFor(url, token);
    const { sha, repository } = await this.#readCommit(url, credentials, signal);
    if (etag === sha) throw new NotModifiedError();

    const target = repository.trees_url.replace('{/sha}', `/${sha}?recursive=true`);
    const tree = await client.readJson(toRequest(url, target, credentials, signal));
    const { tree: items, truncated } = tree as { tree?: TreeItem[]; truncated?: boolean };
    // A repository of very many files is listed in part only.
    if (truncated || !items) return findInTree(this, pattern, toUrl, { token, signal });

    const matches = await createMatcher(pattern);
    const found = items.filter(({ type, path }) => type === 'blob' && path && matches(path));
    return {
      etag: sha,
      files: found.map(({ path, url: blob }) => ({
        url: toUrl(path!),
        content: () => this.#readBlob(toRequest(url, blob!, credentials, signal)),
      })),
    };
  }

  async #credentialsFor(url: string, token?: string): Promise<GithubCredentials> {
    if (!token) return this.#options.provider.getCredentials({ url });
    return { headers: { Authorization: `Bearer ${token}` }, token, type: 'token' };
  }

  async #readCommit(
    url: string,
    credentials: GithubCredentials,
    signal?: AbortSignal,
  ): Promise<Commit> {
    const { client, config } = this.#options;
    const { fullName, ref } = parse(url);
    const api = `${config.apiBaseUrl}/repos/${toPathname(fullName)}`;
    const branch =
      ref || (await client.readText(toRequest(url, api, credentials, signal), 'default_branch'));
    const target = `${api}/commits/${encodeURIComponent(branch)}/status?per_page=0`;
    const commit = await client.readJson(toRequest(url, target, credentials, signal));
    if (isCommit(commit)) return commit;
    throw urlReaderErrors.invalidAnswer(url, target, 'tells no commit');
  }

  async #readBlob(request: HostRequest): Promise<Buffer> {
    const content = await this.#options.client.readText(request, 'content');
    return Buffer.from(content, 'base64');
  }
}

function toRequest(
  url: string,
  target: string,
  { headers }: GithubCredentials,
  signal?: AbortSignal,
): HostRequest {
  return { url, target, problem: `Request failed for ${target}`, credentials: headers, signal };
}

function isCommit(answer: unknown): answer is Commit {
  const { sha, repository } = (answer ?? {}) as Partial<Commit>;
  return (
    typeof sha === 'string' &&
    typeof repository?.archive_url === 'string' &&
    typeof repository.trees_url === 'string'
  );
}

const parse = (url: string) =>
  parseRepositoryUrl(url, locate, 'https://<host>/<owner>/<repository>/blob/<branch>/<path>');

function locate(segments: string[]): RepositoryLayout {
  const isWhole = segments.length < 3;
  return { fullName: [0, 2], ref: isWhole ? undefined : 3, path: isWhole ? 2 : 4 };
}
