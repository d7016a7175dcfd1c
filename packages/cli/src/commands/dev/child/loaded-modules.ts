import { createRequire } from 'node:module';
import { sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { VersionRequest } from './module-versions.js';
import { registerVersions, type AskVersions } from './register-versions.js';

const { cache } = createRequire(import.meta.url);

/**
 * The modules of a repository that this process has loaded, who imports which, and how to have some
 * of them loaded anew.
 *
 * @remarks
 * What is loaded anew is there twice from then on: Node never frees an ES module.
 */
export class LoadedModules {
  readonly #root: string;
  readonly #ask: AskVersions;
  readonly #importers = new Map<string, Set<string>>();

  /** @param root - the folder whose files are followed, but for what is installed in it */
  constructor(root: string) {
    this.#root = `${root}${sep}`;
    this.#ask = registerVersions(root);
  }

  /** The given files as far as they are loaded, and all that import one of them, however far away. */
  async findAffected(files: Iterable<string>): Promise<Set<string>> {
    await this.#catchUp([]);
    const loaded = new Set(cachedFiles());
    const affected = new Set<string>();
    const pending = [...files].filter((file) => this.#importers.has(file) || loaded.has(file));
    for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
      if (affected.has(file)) continue;
      affected.add(file);
      pending.push(...(this.#importers.get(file) ?? []));
    }
    return affected;
  }

  /** The files that a file imports by itself. */
  findImported(file: string): string[] {
    return [...this.#importers].flatMap(([imported, importers]) =>
      importers.has(file) ? [imported] : [],
    );
  }

  /** The files that are loaded from a folder. */
  findInside(folder: string): string[] {
    return [...this.#importers.keys()].filter((file) => file.startsWith(`${folder}${sep}`));
  }

  /** Lets files be loaded anew when they are next imported or required. */
  async forget(files: ReadonlySet<string>): Promise<void> {
    for (const path of Object.keys(cache)) if (files.has(toFile(path))) delete cache[path];
    this.#forgetImports(files);
    await this.#catchUp([...files].map((file) => pathToFileURL(file).href));
  }

  /** What they import is noted when they are loaded again. */
  #forgetImports(files: ReadonlySet<string>): void {
    for (const [imported, importers] of this.#importers) {
      for (const file of files) importers.delete(file);
      if (importers.size === 0) this.#importers.delete(imported);
    }
  }

  async #catchUp(request: VersionRequest): Promise<void> {
    for (const [importer, imported] of await this.#ask(request)) this.#note(importer, imported);
    this.#noteRequired();
  }

  /** Hooks are not asked for what CommonJS modules require, but for some versions of Node. */
  #noteRequired(): void {
    for (const [path, module] of Object.entries(cache)) {
      for (const child of module?.children ?? []) {
        if (this.#isFollowed(child.filename)) this.#noteFile(toFile(path), toFile(child.filename));
      }
    }
  }

  #isFollowed(path: string): boolean {
    return path.startsWith(this.#root) && !/[\\/]node_modules[\\/]/.test(path);
  }

  #note(importer: string, imported: string): void {
    if (importer.startsWith('file:'))
      this.#noteFile(fileURLToPath(importer), fileURLToPath(imported));
  }

  #noteFile(importer: string, imported: string): void {
    const importers = this.#importers.get(imported) ?? new Set();
    this.#importers.set(imported, importers.add(importer));
  }
}

/** Paths of the cache may say which version they mean. */
export const toFile = (path: string) => path.replace(/\?.*$/, '');

const cachedFiles = () => Object.keys(cache).map(toFile);
