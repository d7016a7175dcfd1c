import { normalizePath } from '../http/mount-path.js';

/**
 * Remembers mount paths and finds those that collide: one equal to, above or below another at
 * segment level. A thousand paths cost a thousand look-ups, not half a million comparisons.
 */
export class PathRegister {
  /** By normalised path: the path as it was given. */
  readonly #paths = new Map<string, string>();
  /** By each normalised path above a registered one: the first such path, as it was given. */
  readonly #above = new Map<string, string>();

  constructor(paths: Iterable<string> = []) {
    for (const path of paths) this.add(path);
  }

  /** The registered path that a new one collides with, as it was given. */
  findConflict(path: string): string | undefined {
    const key = normalizePath(path);
    const below = this.#above.get(key);
    if (below !== undefined) return below;
    for (const upper of [key, ...pathsAbove(key)]) {
      const existing = this.#paths.get(upper);
      if (existing !== undefined) return existing;
    }
    return undefined;
  }

  /** Registers a path; one that is there already stays as it is. */
  add(path: string): void {
    const key = normalizePath(path);
    if (!this.#paths.has(key)) this.#paths.set(key, path);
    for (const upper of pathsAbove(key)) {
      if (!this.#above.has(upper)) this.#above.set(upper, path);
    }
  }
}

/** `/a` and `/a/b` for `/a/b/c`. */
function pathsAbove(path: string): string[] {
  const above: string[] = [];
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
    above.push(path.slice(0, end));
  }
  return above;
}
