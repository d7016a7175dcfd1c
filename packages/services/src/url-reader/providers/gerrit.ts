import { hideUrlSecrets } from '@stagewire/config';
import { NotFoundError, NotModifiedError } from '@stagewire/errors';
import type { ReaderFactory, UrlReaderService } from '@stagewire/plugin-api';
import { withSearch } from '../find-files.js';
import { HostClient, type HostRequest } from '../host-client.js';
import {
  createLazyReaders,
  hostsOf,
  readHosts,
  type Integrations,
  type ReaderOptions,
} from '../integrations.js';
import { createReadUrlResponse } from '../read-url-response.js';
import { readReadingLimits } from '../reading-limits.js';
import { parseRepositoryUrl, type RepositoryLayout } from '../repository-url.js';
import { toBodyOfBytes } from '../stream-body.js';

/** Reads repositories of Gerrit, by the URLs of its Gitiles. */
export const gerritReaders: ReaderFactory = (options) =>
  createLazyReaders(
    options,
    readHosts(options.config, 'gerrit', (one) => new URL(one.getString('gitilesBaseUrl')).host),
    (integrations, index) => createReader(options, integrations, index),
  );

function createReader(
  { config, treeResponseFactory }: ReaderOptions,
  { library, all }: Integrations,
  index: number,
): UrlReaderService {
  const integration = all.gerrit.list()[index]!.config;
  const limits = readReadingLimits(config);
  const client = new HostClient({
    hosts: hostsOf(integration.baseUrl, integration.gitilesBaseUrl),
    limits,
  });
  const credentialsFor = (token?: string) => {
    if (token && !integration.username) return { Authorization: `Bearer ${token}` };
    const own = token ? { ...integration, password: token } : integration;
    return library.getGerritRequestOptions(own).headers;
  };

  const reader: Pick<UrlReaderService, 'readUrl' | 'readTree'> = {
    async readUrl(url, { token, signal } = {}) {
      parse(url);
      const target = library.getGerritFileContentsApiUrl(integration, url);
      const problem = `${url} could not be read as ${target}`;
      const credentials = credentialsFor(token);
      const { body } = await client.read({ url, target, problem, credentials, signal });
      // The API gives files in base64.
      const content = Buffer.from(body.toString(), 'base64');
      return createReadUrlResponse(toBodyOfBytes(content, url, limits), {});
    },

    async readTree(url, { etag, filter, token, signal } = {}) {
      parse(url);
      const request = { url, credentials: credentialsFor(token), signal };
      const commit = await readCommit(request);
      if (etag === commit) throw new NotModifiedError();

      const target = library.buildGerritGitilesArchiveUrlFromLocation(integration, url);
      const problem = `${url} could not be read as ${target}`;
      const response = await client.get({ ...request, target, problem });
      return treeResponseFactory.fromTarArchive({
        response,
        etag: commit,
        filter,
        // An archive of a folder holds what is in it.
        stripFirstDirectory: false,
      });
    },
  };
  return withSearch(reader, parse);

  async function readCommit(request: Omit<HostRequest, 'target' | 'problem'>): Promise<string> {
    const { ref, refType } = library.parseGitilesUrlRef(integration, request.url);
    if (refType === 'sha') return ref;
    const target = library.getGerritBranchApiUrl(integration, request.url);
    const problem = `${request.url} could not be read as ${target}`;
    const { body } = await client.read({ ...request, target, problem });
    // Behind a line that keeps browsers from running it.
    const answer = await library.parseGerritJsonResponse(new Response(new Uint8Array(body)));
    const { revision } = answer as { revision?: string };
    if (!revision) throw new NotFoundError(`Not found: ${hideUrlSecrets(request.url)}`);
    return revision;
  }
}

const parse = (url: string) =>
  parseRepositoryUrl(url, locate, 'https://<gitiles>/<repository>/+/refs/heads/<branch>/<path>');

function locate(segments: string[]): RepositoryLayout | undefined {
  const plus = segments.indexOf('+');
  if (plus < 1) return undefined;
  const ref = segments[plus + 1] === 'refs' ? plus + 3 : plus + 1;
  return { fullName: [0, plus], ref, path: ref + 1 };
}
