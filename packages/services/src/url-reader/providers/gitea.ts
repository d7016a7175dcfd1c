import { AuthenticationError, NotModifiedError } from '@stagewire/errors';
import type { ReaderFactory, UrlReaderService } from '@stagewire/plugin-api';
import { toConditions } from '../conditions.js';
import { urlReaderErrors } from '../errors.js';
import { withSearch } from '../find-files.js';
import { HostClient } from '../host-client.js';
import {
  createLazyReaders,
  hostsOf,
  readHosts,
  type Integrations,
  type ReaderOptions,
} from '../integrations.js';
import { createReadUrlResponse, toVersion } from '../read-url-response.js';
import { readReadingLimits } from '../reading-limits.js';
import { parseRepositoryUrl, type RepositoryLayout } from '../repository-url.js';
import { toPathname } from '../storage-url.js';
import { toBodyOfBytes } from '../stream-body.js';

/** Reads repositories of Gitea, and of Forgejo. */
export const giteaReaders: ReaderFactory = (options) =>
  createLazyReaders(options, readHosts(options.config, 'gitea'), (integrations, index) =>
    createReader(options, integrations, index),
  );

function createReader(
  { config, treeResponseFactory }: ReaderOptions,
  { library, all }: Integrations,
  index: number,
): UrlReaderService {
  const integration = all.gitea.list()[index]!.config;
  const { host, baseUrl = `https://${host}` } = integration;
  const limits = readReadingLimits(config);
  const client = new HostClient({
    hosts: [host, ...hostsOf(baseUrl)],
    limits,
    toError: (message, { status }) =>
      status === 403 ? new AuthenticationError(message) : undefined,
  });
  const credentialsFor = (token?: string) =>
    token
      ? { Authorization: `Bearer ${token}` }
      : library.getGiteaRequestOptions(integration).headers;

  const reader: Pick<UrlReaderService, 'readUrl' | 'readTree'> = {
    async readUrl(url, { token, signal, ...known } = {}) {
      parse(url);
      const target = library.getGiteaFileContentsUrl(integration, url);
      const { response, body } = await client.read({
        url,
        target,
        problem: `${url} could not be read as ${target}`,
        headers: toConditions(known),
        credentials: credentialsFor(token),
        signal,
      });
      const content = decodeContent(body);
      if (!content) throw urlReaderErrors.invalidAnswer(url, target, 'is no file in base64');
      return createReadUrlResponse(
        toBodyOfBytes(content, url, limits),
        toVersion(response.headers),
      );
    },

    async readTree(url, { etag, filter, token, signal } = {}) {
      const { fullName, path, ref } = parse(url);
      const api = `${baseUrl.replace(/\/$/, '')}/api/v1/repos/${toPathname(fullName)}`;
      const request = { url, credentials: credentialsFor(token), signal };
      const target = `${api}/git/commits/${encodeURIComponent(ref || 'HEAD')}`;
      const problem = `Failed to retrieve latest commit information from ${target}`;
      const commit = await client.readText({ ...request, target, problem }, 'sha');
      if (etag === commit) throw new NotModifiedError();

      const response = await client.get({
        ...request,
        target: `${api}/archive/${commit}.tar.gz`,
        problem: `Failed to read tree from ${url}`,
      });
      return treeResponseFactory.fromTarArchive({ response, subpath: path, etag: commit, filter });
    },
  };
  return withSearch(reader, parse);
}

function decodeContent(body: Buffer): Buffer | undefined {
  try {
    const { encoding, content } = JSON.parse(body.toString()) as Record<string, unknown>;
    const isFile = encoding === 'base64' && typeof content === 'string';
    return isFile ? Buffer.from(content, 'base64') : undefined;
  } catch {
    return undefined;
  }
}

const parse = (url: string) =>
  parseRepositoryUrl(url, locate, 'https://<host>/<owner>/<repository>/src/branch/<branch>/<path>');

/** Old hosts leave out whether the ref is a branch, tag or commit. */
function locate(segments: string[]): RepositoryLayout {
  if (segments.length < 3) return { fullName: [0, 2], path: 2 };
  const ref = ['branch', 'tag', 'commit'].includes(segments[3]!) ? 4 : 3;
  return { fullName: [0, 2], ref, path: ref + 1 };
}
