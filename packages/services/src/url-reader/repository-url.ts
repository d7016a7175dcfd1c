import { urlReaderErrors } from './errors.js';

/** What the URL of a file or folder in a repository says. */
export type RepositoryUrl = {
  /** Owner and name, decoded: `owner/name`, or `group/subgroup/name`. */
  fullName: string;
  /** Branch, tag or commit; '' is the default branch. */
  ref: string;
  /** Decoded, without slashes at its ends; '' is the root. */
  path: string;
  /** The URL of another path at the same ref. */
  toUrl(path: string): string;
};

/** Where the parts are in a path, in numbers of segments. */
export type RepositoryLayout = {
  /** From the first to before the second. */
  fullName: [from: number, to: number];
  /** Not there in a URL of a whole repository, and where it is in the query. */
  ref?: number;
  path: number;
};

/**
 * Reads the URL of a file or folder in a repository.
 *
 * @param locate - tells where the parts are, by the segments of the path as they are written;
 *   undefined for what is no such URL
 * @param expected - the form that such URLs have, for the error
 * @throws InputError with `E_URL_FORM`, or `E_URL_TRAVERSAL` for a path with `..` in it
 */
export function parseRepositoryUrl(
  url: string,
  locate: (segments: string[]) => RepositoryLayout | undefined,
  expected: string,
): RepositoryUrl {
  const parsed = new URL(url);
  const segments = parsed.pathname.split('/').slice(1);
  const layout = locate(segments);
  if (!layout) throw urlReaderErrors.unknownForm(url, expected);
  const fullName = segments.slice(...layout.fullName);
  if (fullName.length === 0 || fullName.includes('')) {
    throw urlReaderErrors.unknownForm(url, expected);
  }
  const path = segments.slice(layout.path).map(decode).filter(Boolean).join('/');
  assertNoTraversal(url, [...fullName.map(decode), path].join('/'));
  const root = `/${segments.slice(0, layout.path).join('/')}`.replace(/\/$/, '');
  return {
    fullName: fullName
      .map(decode)
      .join('/')
      .replace(/\.git$/, ''),
    ref: layout.ref === undefined ? '' : decode(segments[layout.ref] ?? ''),
    path,
    toUrl: (other) => {
      const target = new URL(parsed);
      // Only what the platform does not encode itself, or a name with % would be another one.
      target.pathname = `${root}/${other.replaceAll('%', '%25')}`;
      return target.href;
    },
  };
}

/** A segment as it is meant; one that is no UTF-8 means itself. */
function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** `..` may be encoded more than once, and be decoded by whoever handles the URL later. */
function assertNoTraversal(url: string, path: string): void {
  for (let [before, after] = ['', path]; before !== after;) {
    [before, after] = [after, decode(after)];
    if (after.split(/[/\\]/).some((segment) => segment === '..' || segment === '.')) {
      throw urlReaderErrors.pathTraversal(url);
    }
  }
}
