/** URLs of files that are to be loaded anew when they are next imported; none for a mere question. */
export type VersionRequest = string[];

/** The imports since the last answer: who imports, what is imported; URLs without versions. */
export type VersionAnswer = Array<readonly [importer: string, imported: string]>;

/** Queries of this name say which version of a file a URL means. */
const VERSION = 'stagewire';

/** Gives files that changed a new URL, so that they are loaded anew, and notes who imports what. */
export class ModuleVersions {
  readonly #root: string;
  readonly #versions = new Map<string, number>();
  #imports: VersionAnswer = [];

  /** @param root - URL of the folder whose files are followed, with a slash at its end */
  constructor(root: string) {
    this.#root = root;
  }

  answer(request: VersionRequest): VersionAnswer {
    for (const file of request) this.#versions.set(file, (this.#versions.get(file) ?? 0) + 1);
    const imports = this.#imports;
    this.#imports = [];
    return imports;
  }

  /** What an import is resolved to, in the version that is current. */
  apply<T extends { url: string }>(resolved: T, importer: string | undefined): T {
    const file = withoutVersion(resolved.url);
    if (!this.#isFollowed(file)) return resolved;
    if (importer !== undefined) this.#imports.push([withoutVersion(importer), file]);
    const version = this.#versions.get(file);
    return version === undefined
      ? resolved
      : { ...resolved, url: withVersion(resolved.url, version) };
  }

  /** What is installed does not change while a program runs. */
  #isFollowed(url: string): boolean {
    return url.startsWith(this.#root) && !url.includes('/node_modules/');
  }
}

function withVersion(url: string, version: number): string {
  const versioned = new URL(url);
  versioned.searchParams.set(VERSION, String(version));
  return versioned.href;
}

/** Of a CommonJS module, the query may have become a part of its path. */
function withoutVersion(url: string): string {
  return url.replace(/(?:\?|%3Fstagewire=).*$/, '');
}
