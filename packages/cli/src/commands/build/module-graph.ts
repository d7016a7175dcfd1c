import { dirname } from 'node:path';
import { findPackageFolder } from '../../repository/package-folder.js';
import { makeAsync, readModule, type ReadModule } from './read-module.js';
import { isTypeScript, type Resolver } from './resolver.js';

/** What goes into a bundle. */
export type ModuleGraph = {
  /** Those that are loaded at the start come first. */
  modules: GraphModule[];
  /** What stays a file, though it could have been bundled, and why. */
  left: { file: string; reason: string }[];
};

/** A module, with the files that its requests lead to. */
export type GraphModule = ReadModule & {
  targets: Map<string, string>;
  /** Whether it is loaded at the start. */
  isLoaded: boolean;
};

export type GraphOptions = {
  program: string;
  /** Modules that the program has loaded when it ran; empty while that is not known. */
  loaded: readonly string[];
  resolver: Resolver;
  /** Whether a package stays as it is. */
  isExternal(folder: string): boolean;
  /** Files that stand for others by name. */
  redirects: ReadonlyMap<string, string>;
};

/**
 * Reads all modules of a program: the ES modules that can be reached from it, and of the others those
 * that it loads when it starts. What it may load later stays a file.
 */
export async function readGraph(options: GraphOptions): Promise<ModuleGraph> {
  const graph = new GraphReader(options);
  for (const file of [options.program, ...options.loaded]) await graph.add(file);
  graph.spreadWaiting();
  const modules = [...graph.modules.values()];
  return {
    modules: [...modules.filter(isLoaded), ...modules.filter((each) => !isLoaded(each))],
    left: graph.left,
  };
}

const isLoaded = (module: GraphModule) => module.isLoaded;

class GraphReader {
  readonly modules = new Map<string, GraphModule>();
  readonly left: { file: string; reason: string }[] = [];
  readonly #seen = new Set<string>();
  readonly #loaded: ReadonlySet<string>;

  constructor(readonly options: GraphOptions) {
    this.#loaded = new Set([options.program, ...options.loaded]);
  }

  async add(first: string): Promise<void> {
    const waiting = [first];
    for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
      if (this.#seen.has(file)) continue;
      this.#seen.add(file);
      const folder = findPackageFolder(dirname(file));
      if (folder !== undefined && this.options.isExternal(folder)) continue;
      waiting.push(...(await this.#read(file)));
    }
  }

  /** @returns the files that have to be read with it */
  async #read(file: string): Promise<string[]> {
    const read = await readModule(file);
    if ('reason' in read) {
      this.left.push(read);
      return [];
    }
    const isNeeded = this.#loaded.has(file) || isTypeScript(file) || read.kind !== 'cjs';
    if (!isNeeded || (read.kind === 'json' && !this.#loaded.has(file))) return [];
    const targets = new Map<string, string>();
    const next: string[] = [];
    for (const { request, kind } of read.requests) {
      const target =
        this.options.redirects.get(request) ?? this.options.resolver.find(request, file, kind);
      if (target === undefined) continue;
      targets.set(request, target);
      // What CommonJS requires is either loaded at the start, or stays a file.
      if (kind === 'import' || read.kind !== 'cjs') next.push(target);
    }
    const isLoaded = this.#loaded.size === 1 || this.#loaded.has(file);
    this.modules.set(file, { ...read, targets, isLoaded });
    return next;
  }

  /** Who imports a module that waits has to wait for it. */
  spreadWaiting(): void {
    for (let hasChanged = true; hasChanged;) {
      hasChanged = false;
      for (const module of this.modules.values()) {
        if (module.kind !== 'esm' || !this.#waits(module)) continue;
        makeAsync(module);
        hasChanged = true;
      }
    }
  }

  #waits({ requests, targets }: GraphModule): boolean {
    return requests.some(
      ({ request, isDynamic }) =>
        !isDynamic && this.modules.get(targets.get(request) ?? '')?.kind === 'async',
    );
  }
}
