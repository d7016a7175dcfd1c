import type {
  UrlReaderService,
  UrlReaderServiceSearchOptions,
  UrlReaderServiceSearchResponse,
} from '@stagewire/plugin-api';
import type { RepositoryUrl } from './repository-url.js';

/** What a search takes for a pattern. */
export function isPattern(path: string): boolean {
  return /[*?]/.test(path);
}

/** The search for one file by its URL: nothing there is an empty list. */
export async function findFile(
  reader: Pick<UrlReaderService, 'readUrl'>,
  url: string,
  options?: UrlReaderServiceSearchOptions,
): Promise<UrlReaderServiceSearchResponse> {
  try {
    const { buffer, etag, lastModifiedAt } = await reader.readUrl(url, options);
    return { files: [{ url, content: buffer, lastModifiedAt }], etag: etag ?? '' };
  } catch (error) {
    if ((error as Error | undefined)?.name === 'NotFoundError') return { files: [], etag: '' };
    throw error;
  }
}

/**
 * The search by a pattern that is held against all files of the folder where the pattern begins.
 *
 * @param toUrl - the URL of another path in the same place
 */
export async function findInTree(
  reader: Pick<UrlReaderService, 'readTree'>,
  pattern: string,
  toUrl: (path: string) => string,
  options?: UrlReaderServiceSearchOptions,
): Promise<UrlReaderServiceSearchResponse> {
  const folder = findFolder(pattern);
  const prefix = folder === '' ? '' : `${folder}/`;
  const matches = await createMatcher(pattern);
  const tree = await reader.readTree(toUrl(folder), {
    ...options,
    filter: (path) => matches(`${prefix}${path}`),
  });
  const files = await tree.files();
  return {
    etag: tree.etag,
    files: files.map(({ path, content, lastModifiedAt }) => ({
      url: toUrl(`${prefix}${path}`),
      content,
      lastModifiedAt,
    })),
  };
}

/**
 * Adds the search to a reader of repositories.
 *
 * @param parse - the path that a URL tells, and the URL of another path in the same repository
 *
 * @internal
 */
export function withSearch(
  reader: Pick<UrlReaderService, 'readUrl' | 'readTree'>,
  parse: (url: string) => Pick<RepositoryUrl, 'path' | 'toUrl'>,
): UrlReaderService {
  return {
    ...reader,
    search: async (url, options) => {
      const { path, toUrl } = parse(url);
      return isPattern(path)
        ? findInTree(reader, path, toUrl, options)
        : findFile(reader, url, options);
    },
  };
}

/** Tells whether a path matches a pattern; neither begins with a slash. */
export async function createMatcher(pattern: string): Promise<(path: string) => boolean> {
  const { Minimatch } = await import('minimatch');
  const matcher = new Minimatch(pattern);
  return (path) => matcher.match(path);
}

/** The folders in front of the first one with a wildcard: `a/b` of `a/b/*.yaml`. */
export function findFolder(pattern: string): string {
  const segments = pattern.split('/');
  const first = segments.findIndex((segment) => /[*?[{(!+@\\]/.test(segment));
  return segments.slice(0, first === -1 ? -1 : first).join('/');
}
