import { posix } from 'node:path';
import type { Config } from '@stagewire/config';
import { urlReaderErrors } from './errors.js';

type UrlPredicate = (url: URL) => boolean;

/** `name`, `name:port` or `name:from-to`; the name may be an IPv6 address in brackets. */
const HOST_PATTERN = /^(?<name>\[[^\]]+\]|[^:]+)(?::(?<from>\d+)(?:-(?<to>\d+))?)?$/;

const DEFAULT_PORTS: Record<string, number> = { 'http:': 80, 'https:': 443 };

/**
 * Reads `backend.reading.allow` and tells for each URL whether it may be read without an
 * integration. Nothing is allowed without rules.
 *
 * @throws `E_URL_ALLOWED_HOST` when a rule's host cannot be understood
 */
export function readAllowList(config: Config): UrlPredicate {
  const rules = (config.getOptionalConfigArray('backend.reading.allow') ?? []).map(readRule);
  // Other schemes have no host to check, or no server that answers for it.
  return (url) => url.protocol in DEFAULT_PORTS && rules.some((matches) => matches(url));
}

function readRule(rule: Config, index: number): UrlPredicate {
  const host = rule.getString('host');
  const { name, from, to } = HOST_PATTERN.exec(host)?.groups ?? {};
  if (!name) throw urlReaderErrors.invalidAllowedHost(host, index);

  const matchesName = nameMatcher(name.toLowerCase());
  const matchesPort = portMatcher(from, to);
  if (!matchesPort) throw urlReaderErrors.invalidAllowedHost(host, index);
  const matchesPath = pathMatcher(rule.getOptionalStringArray('paths'));

  return (url) => matchesName(url) && matchesPort(url) && matchesPath(url);
}

function nameMatcher(name: string): UrlPredicate {
  if (!name.startsWith('*.')) return (url) => url.hostname === name;
  const suffix = name.slice(1);
  return (url) => url.hostname.endsWith(suffix) && url.hostname.length > suffix.length;
}

/** A rule without a port is for URLs that tell none; a rule with one knows the scheme's default. */
function portMatcher(from?: string, to?: string): UrlPredicate | undefined {
  if (from === undefined) return (url) => url.port === '';
  const first = Number(from);
  const last = to === undefined ? first : Number(to);
  if (first < 1 || last < first || last > 65_535) return undefined;
  return (url) => {
    const port = url.port === '' ? DEFAULT_PORTS[url.protocol]! : Number(url.port);
    return port >= first && port <= last;
  };
}

function pathMatcher(paths?: string[]): UrlPredicate {
  if (!paths) return () => true;
  const prefixes = paths.map((path) => asWrittenAndAsRead(toPathname(path)));
  return ({ pathname }) => {
    const path = asWrittenAndAsRead(pathname);
    if (!path) return false;
    return prefixes.some(
      (prefix) =>
        prefix && isBelow(path.written, prefix.written) && isBelow(path.read, prefix.read),
    );
  };
}

/** A path in the form in which URLs tell it: absolute, encoded, without `..`. */
function toPathname(path: string): string {
  const url = new URL('http://host');
  url.pathname = path;
  return url.pathname;
}

/**
 * `..` may hide in `%2F..%2F` or behind `\`, which many servers decode before they open a file: a
 * path has to be below an allowed one as it is written, and as it may be read.
 */
function asWrittenAndAsRead(pathname: string): { written: string; read: string } | undefined {
  try {
    const decoded = decodeURIComponent(pathname).replaceAll('\\', '/');
    return { written: posix.normalize(pathname), read: posix.normalize(decoded) };
  } catch {
    return undefined; // not a text in UTF-8: nobody can tell how it is going to be read
  }
}

function isBelow(path: string, prefix: string): boolean {
  if (!path.startsWith(prefix)) return false;
  return prefix.endsWith('/') || path.length === prefix.length || path[prefix.length] === '/';
}
