/** Paths that mean themselves; all others hold something that Express reads as a pattern. */
const PLAIN_PATH = /^(?:\/[\w\-.~%@!&=,;']+)+\/?$/;

/** Whether a mount path can be compared as text, without Express's pattern language. */
export function isPlainPath(path: string): boolean {
  return PLAIN_PATH.test(path);
}

/** A path without its trailing slashes, in lower case: two paths that Express takes for the same are equal. */
export function normalizePath(path: string): string {
  let end = path.length;
  while (end > 0 && path[end - 1] === '/') end -= 1;
  return path.slice(0, end).toLowerCase();
}

/**
 * Matches a plain, normalised mount path as Express does: without regard to case, up to a slash or
 * the end, together with one slash that ends the path or stands before another.
 *
 * @returns how many characters of the path the mount takes, or -1
 */
export function matchMount(mountPath: string, path: string): number {
  const { length } = mountPath;
  if (!path.startsWith(mountPath) && path.slice(0, length).toLowerCase() !== mountPath) return -1;
  if (path.length === length) return length;
  if (path[length] !== '/') return -1;
  const after = path[length + 1];
  return after === undefined || after === '/' ? length + 1 : length;
}

/**
 * The length of scheme and host in front of the path; 0 for nearly all requests, as only proxies
 * are sent whole URLs.
 */
export function hostLengthOf(url: string): number {
  if (url[0] === '/') return 0;
  const query = url.indexOf('?');
  const scheme = url.indexOf('://');
  if (scheme === -1 || (query !== -1 && query < scheme)) return 0;
  const path = url.indexOf('/', scheme + 3);
  return path === -1 || (query !== -1 && query < path) ? 0 : path;
}

/** The path of a request, as it was sent: neither decoded nor normalised. */
export function pathOf(url: string): string {
  const start = hostLengthOf(url);
  const query = url.indexOf('?', start);
  const end = query === -1 ? url.length : query;
  // No client sends a fragment, but one that is there does not belong to the path.
  const fragment = url.indexOf('#', start);
  return url.slice(start, fragment === -1 || fragment > end ? end : fragment);
}

/** The query of a request without its question mark; null when there is none. */
export function queryOf(url: string): string | null {
  const query = url.indexOf('?');
  const fragment = url.indexOf('#');
  if (query === -1 || (fragment !== -1 && fragment < query)) return null;
  return url.slice(query + 1, fragment === -1 ? url.length : fragment);
}
