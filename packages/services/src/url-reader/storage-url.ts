/** Whether a host is another one or below it, at a dot: `evil-a.example` is not below `a.example`. */
export function isHostBelow(host: string, parent: string): boolean {
  return host === parent || host.endsWith(`.${parent}`);
}

/** A path of a URL as the key of an object, without the slash in front. */
export function toKey(pathname: string): string {
  return decodeURIComponent(pathname.replace(/^\//, ''));
}

/** The bucket in front of a path, and the key behind it. */
export function splitBucket(pathname: string): { bucket: string; key: string } {
  const [bucket = '', ...key] = toKey(pathname).split('/');
  return { bucket, key: key.join('/') };
}

/** A key, or the name of a repository, as a path of a URL; slashes stay. */
export function toPathname(key: string): string {
  return key.split('/').map(encodeURIComponent).join('/');
}
