import { Module, createRequire, isBuiltin } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { types } from 'node:util';
import type { BundledModule, ModuleTable, Target } from '../bundle-format.js';
import {
  createNamespace,
  exportAll,
  toNamespace,
  toRequired,
  type Namespace,
} from './namespace.js';

/** The function of a bundled module; what it takes is as its kind has it. */
export type ModuleFunction = (this: unknown, ...args: unknown[]) => unknown;

/** Reads the function of a module that is not loaded at the start. */
export type ReadLater = (module: BundledModule) => ModuleFunction;

/** A CommonJS module as Node has it, with what its types leave out. */
type NodeModule = InstanceType<typeof Module> & {
  exports: unknown;
  load(filename: string): void;
};

type Load = (request: string, parent?: NodeModule, isMain?: boolean) => unknown;

type ModuleInternals = {
  _cache: Record<string, NodeModule | undefined>;
  _load: Load;
  _resolveFilename(
    request: string,
    parent: NodeModule,
    isMain: boolean,
    options?: { paths?: string[] },
  ): string;
  _resolveLookupPaths(request: string, parent: NodeModule): string[] | null;
  _nodeModulePaths(folder: string): string[];
  _extensions: unknown;
  prototype: {
    require(this: NodeModule, request: string): unknown;
    load(this: NodeModule, filename: string): void;
  };
};

const internals = Module as unknown as ModuleInternals;

/** An ES module of the bundle, once it is asked for. */
type EsModule = {
  namespace: Namespace;
  /** Set while it is evaluated, and afterwards: who asks again gets the same. */
  evaluation?: Promise<Namespace> | undefined;
  isStarted: boolean;
  failure?: { error: unknown };
};

/**
 * The bundled modules of a program, as part of Node's own: a CommonJS module is in `require.cache`
 * under the path that it has in the build, so that whoever loads that file gets the same instance.
 */
export class BundledModules {
  readonly #root: string;
  readonly #modules: BundledModule[];
  readonly #functions: ModuleFunction[];
  readonly #readLater: ReadLater;
  readonly #paths: string[];
  readonly #byPath = new Map<string, number>();
  readonly #esModules: (EsModule | undefined)[] = [];
  /** What of Node was in place at the start; instrumentation replaces it, and has to be asked then. */
  readonly #load = internals._load;
  readonly #require = internals.prototype.require;

  /**
   * @param functions - of the modules that are loaded at the start, by index
   * @param readLater - reads the function of another one
   */
  constructor(
    root: string,
    { modules }: ModuleTable,
    functions: ModuleFunction[],
    readLater: ReadLater,
  ) {
    this.#root = root;
    this.#modules = modules;
    this.#functions = functions;
    this.#readLater = readLater;
    this.#paths = modules.map(({ path }) => join(root, path));
    for (const [index, path] of this.#paths.entries()) this.#byPath.set(path, index);
    this.#serveNode();
  }

  /** Runs the program; settles when it has been evaluated. */
  async run(program: number): Promise<void> {
    const { kind } = this.#modules[program]!;
    if (kind === 'cjs' || kind === 'mixed') this.#loadCommonJs(program, undefined, true);
    else await this.#import(program, []);
  }

  /** The paths of the ES modules that were evaluated. */
  listEvaluated(): string[] {
    return this.#paths.filter((_, index) => this.#esModules[index]?.isStarted);
  }

  #functionOf(index: number): ModuleFunction {
    return (this.#functions[index] ??= this.#readLater(this.#modules[index]!));
  }

  /** What Node finds and loads for bundled modules, and of them, is what the bundle has. */
  #serveNode(): void {
    const resolveFilename = internals._resolveFilename;
    const findTarget = (request: string, parent: NodeModule | undefined) => {
      const index = this.#byPath.get(parent?.filename ?? '');
      const target = index === undefined ? undefined : this.#targetOf(index, request);
      return target === undefined ? undefined : this.#pathOf(target);
    };
    internals._resolveFilename = function resolveBundled(request, parent, isMain, options) {
      const found = options ? undefined : findTarget(request, parent);
      return found ?? resolveFilename.call(this, request, parent, isMain, options);
    };
    const load = internals.prototype.load;
    const runBundled = (module: NodeModule, index: number) => this.#runAsCommonJs(module, index);
    const byPath = this.#byPath;
    internals.prototype.load = function loadBundled(filename) {
      const index = byPath.get(filename);
      if (index === undefined) return load.call(this, filename);
      this.filename = filename;
      this.paths = internals._nodeModulePaths(dirname(filename));
      runBundled(this, index);
      this.loaded = true;
    };
  }

  #loadCommonJs(index: number, parent: NodeModule | undefined, isMain = false): unknown {
    const path = this.#paths[index]!;
    const cached = internals._cache[path];
    if (cached) {
      if (parent && !parent.children.includes(cached)) parent.children.push(cached);
      return cached.exports;
    }
    const module = new Module(path, parent) as NodeModule;
    if (isMain) {
      process.mainModule = module;
      module.id = '.';
    }
    internals._cache[path] = module;
    let isLoaded = false;
    try {
      module.load(path);
      isLoaded = true;
    } finally {
      if (!isLoaded) this.#forget(module, parent);
    }
    return module.exports;
  }

  #forget(module: NodeModule, parent: NodeModule | undefined): void {
    delete internals._cache[module.filename];
    const position = parent?.children.indexOf(module) ?? -1;
    if (position >= 0) parent!.children.splice(position, 1);
  }

  #runAsCommonJs(module: NodeModule, index: number): void {
    const { kind } = this.#modules[index]!;
    const run = this.#functionOf(index);
    if (kind === 'json') {
      module.exports = run();
    } else if (kind === 'cjs') {
      const { filename, exports } = module;
      const require = this.#createRequire(module, index);
      const load = (request: unknown) => this.#importFrom(index, request);
      run.call(exports, exports, require, module, filename, dirname(filename), load);
    } else {
      if (kind === 'async') throw asyncError(module.filename);
      const namespace = this.#evaluate(index, module);
      module.exports = kind === 'mixed' ? toCommonJs(namespace) : toRequired(namespace);
    }
  }

  #createRequire(module: NodeModule, index: number): NodeJS.Require {
    const { targets } = this.#modules[index]!;
    const require = ((request: string) => {
      const target = targets[request];
      // Anything else is for Node, which also knows names such as 'constructor'.
      return typeof target === 'number' && this.#isNodeAsItWas()
        ? this.#loadCommonJs(target, module)
        : module.require(request);
    }) as NodeJS.Require;
    const resolve = (request: string, options?: { paths?: string[] }) => {
      const target = options ? undefined : this.#targetOf(index, request);
      return target === undefined
        ? internals._resolveFilename(request, module, false, options)
        : this.#pathOf(target);
    };
    require.resolve = Object.assign(resolve, {
      paths: (request: string) => internals._resolveLookupPaths(request, module),
    });
    require.main = process.mainModule;
    require.extensions = internals._extensions as NodeJS.Require['extensions'];
    require.cache = internals._cache as NodeJS.Require['cache'];
    return require;
  }

  #isNodeAsItWas(): boolean {
    return internals._load === this.#load && internals.prototype.require === this.#require;
  }

  #targetOf(index: number, request: string): Target | undefined {
    const { targets } = this.#modules[index]!;
    return Object.hasOwn(targets, request) ? targets[request] : undefined;
  }

  #pathOf(target: Target): string {
    return typeof target === 'number' ? this.#paths[target]! : join(this.#root, target);
  }

  /** `import()` in a bundled module. */
  async #importFrom(index: number, specifier: unknown): Promise<Namespace> {
    const request = String(specifier);
    const target = this.#targetOf(index, request) ?? this.#find(index, request);
    if (typeof target === 'number') return this.#import(target, []);
    const isPath = target !== undefined || request.startsWith('.');
    const path =
      target === undefined ? join(dirname(this.#paths[index]!), request) : this.#pathOf(target);
    return (await import(
      isPath ? pathToFileURL(path).href : this.#resolveBare(index, request)
    )) as Namespace;
  }

  /** A module of the bundle that is asked for by a path that was put together. */
  #find(index: number, request: string): number | undefined {
    if (!/^(?:\.{0,2}\/|file:|[A-Za-z]:[\\/])/.test(request)) return undefined;
    const base = pathToFileURL(this.#paths[index]!);
    const url =
      request.startsWith('.') || request.startsWith('/') ? new URL(request, base) : undefined;
    const path = url
      ? fileURLToPath(url)
      : request.startsWith('file:')
        ? fileURLToPath(request)
        : request;
    return this.#byPath.get(path);
  }

  /** Node would look for a bare name from the folder of the bundle. */
  #resolveBare(index: number, request: string): string {
    if (isBuiltin(request) || URL.canParse(request)) return request;
    const path = createRequire(this.#paths[index]!).resolve(request);
    return pathToFileURL(path).href;
  }

  /** @param above - who waits for it, outermost first: in a circle, nobody waits for himself */
  async #import(index: number, above: readonly number[]): Promise<Namespace> {
    const { kind } = this.#modules[index]!;
    if (kind === 'cjs' || kind === 'json' || kind === 'mixed') {
      return toNamespace(this.#loadCommonJs(index, undefined));
    }
    if (kind === 'esm') return this.#evaluate(index);
    const found = this.#get(index);
    if (found.isStarted && above.includes(index)) return found.namespace;
    found.isStarted = true;
    return (found.evaluation ??= this.#evaluateAsync(index, found, [...above, index]));
  }

  async #evaluateAsync(
    index: number,
    { namespace }: EsModule,
    chain: readonly number[],
  ): Promise<Namespace> {
    const load = (request: string) => {
      const target = this.#targetOf(index, request);
      const isAsync = typeof target === 'number' && this.#modules[target]!.kind === 'async';
      return isAsync ? this.#import(target, chain) : this.#importNow(index, request);
    };
    const run = this.#functionOf(index);
    await run(...this.#argumentsOf(index, namespace, load));
    return namespace;
  }

  /** Evaluates an ES module that does not wait for anything; once. */
  #evaluate(index: number, module?: NodeModule): Namespace {
    const found = this.#get(index);
    if (found.failure) throw found.failure.error;
    if (found.isStarted) return found.namespace;
    found.isStarted = true;
    const load = (request: string) => this.#importNow(index, request);
    const args = this.#argumentsOf(index, found.namespace, load);
    try {
      if (module) {
        // What is compiled to CommonJS elsewhere may use what is there in CommonJS.
        const { filename } = module;
        module.exports = toCommonJs(found.namespace);
        const require = this.#createRequire(module, index);
        args.push(module.exports, require, module, filename, dirname(filename));
      }
      const run = this.#functionOf(index);
      run(...args);
    } catch (error) {
      found.failure = { error };
      throw error;
    }
    return found.namespace;
  }

  #argumentsOf(index: number, namespace: Namespace, load: (request: string) => unknown): unknown[] {
    return [
      namespace,
      load,
      (source: Namespace) => exportAll(namespace, source),
      (specifier: unknown) => this.#importFrom(index, specifier),
      this.#createMeta(index),
    ];
  }

  #get(index: number): EsModule {
    return (this.#esModules[index] ??= { namespace: createNamespace(), isStarted: false });
  }

  /** A static import of something that need not be waited for. */
  #importNow(index: number, request: string): Namespace {
    const { kind } = this.#modules[index]!;
    const target = this.#targetOf(index, request);
    if (typeof target !== 'number') {
      const path = target === undefined ? request : this.#pathOf(target);
      return asNamespace(createRequire(this.#paths[index]!)(path), kind === 'mixed');
    }
    const { kind: wanted } = this.#modules[target]!;
    if (wanted === 'esm') return this.#evaluate(target);
    return asNamespace(this.#loadCommonJs(target, undefined), kind === 'mixed');
  }

  #createMeta(index: number): object {
    const filename = this.#paths[index]!;
    const url = pathToFileURL(filename).href;
    return {
      __proto__: null,
      dirname: dirname(filename),
      filename,
      url,
      resolve: (request: string) => {
        const target = this.#targetOf(index, request);
        if (target !== undefined) return pathToFileURL(this.#pathOf(target)).href;
        if (request.startsWith('.')) return new URL(request, url).href;
        return isBuiltin(request) && !request.startsWith('node:')
          ? `node:${request}`
          : this.#resolveBare(index, request);
      },
    };
  }
}

/** What somebody gets who imports what a `require()` gave. */
function asNamespace(exports: unknown, isCompiled: boolean): Namespace {
  if (types.isModuleNamespaceObject(exports)) return exports as unknown as Namespace;
  const isMarked = (exports as { __esModule?: unknown } | null | undefined)?.__esModule;
  return isCompiled && isMarked ? (exports as Namespace) : toNamespace(exports);
}

/** What compilers make of the exports of an ES module. */
function toCommonJs(namespace: Namespace): Namespace {
  if (!('__esModule' in namespace)) {
    Object.defineProperty(namespace, '__esModule', { value: true });
  }
  return namespace;
}

function asyncError(path: string): Error {
  const message = `require() cannot be used on an ES module with top-level await: ${path.split(sep).join('/')}`;
  return Object.assign(new Error(message), { code: 'ERR_REQUIRE_ASYNC_MODULE' });
}
