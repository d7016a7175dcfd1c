import { hash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { types } from 'node:util';
import { readCacheFile, writeCacheFile } from './cache-file.js';
import { loader } from './module-internals.js';

/**
 * Clients of other systems that plugins bring for a case that most backends never meet: a bucket, a
 * Docker daemon, the clusters of one cloud. All they do when they are loaded is define functions and
 * classes, and that is what a package has to be to stand here.
 */
const DEFERRED_PACKAGES: ReadonlySet<string> = new Set([
  '@aws-sdk/client-s3',
  '@aws-sdk/client-sts',
  '@aws-sdk/lib-storage',
  '@azure/storage-blob',
  '@google-cloud/container',
  '@google-cloud/firestore',
  '@google-cloud/storage',
  '@grpc/grpc-js',
  '@grpc/proto-loader',
  '@isomorphic-git/pgp-plugin',
  '@manypkg/get-packages',
  '@octokit/auth-app',
  '@octokit/graphql',
  '@octokit/rest',
  '@trendyol-js/openstack-swift-sdk',
  'isomorphic-git',
  'octokit',
]);

/** Another number makes files of former versions count as missing. */
const FORMAT = 1;
/** What package managers write into `node_modules` with every install. */
const INSTALL_RECORDS = [
  '.package-lock.json',
  '.yarn-integrity',
  '.yarn-state.yml',
  '.modules.yaml',
];

type Exports = Record<PropertyKey, unknown>;
/** What a package exports, in order, and what the install was like when that was written down. */
type Known = { of: string; names: string[]; isEsModule: boolean };
/** By the path of what `require` loads. */
type KnownPackages = Map<string, Known>;

/**
 * Loads clients of other systems when something of them is first used.
 *
 * @remarks
 * Their names are known from a former start, so that `require` can give an object that has them all
 * and loads the package when one is read. A package is loaded at once if it is new, exports anything
 * but a plain object, or belongs to an install that has changed; and everything is, once somebody
 * else has replaced what loads modules, as tracers do.
 */
export class DeferredPackages {
  private readonly known: KnownPackages;
  private readonly seen: KnownPackages = new Map();
  private readonly waiting = new Map<string, Exports>();
  private readonly require = loader.prototype.require;
  private isChanged = false;

  /** @param file - absolute path of what is known from former starts; it need not exist */
  constructor(private readonly file: string) {
    this.known = readKnown(file);
  }

  /** The packages that nobody has used yet, by the path of what `require` loads. */
  get deferred(): string[] {
    return [...this.waiting.keys()];
  }

  /** From here on, `require` defers; what comes back ends that. */
  install(): () => void {
    const inner = loader._load;
    let isOver = false;
    const isReplaced = () => loader._load !== hook || loader.prototype.require !== this.require;
    const hook: typeof inner = (request, parent, isMain) => {
      const load = () => inner.call(loader, request, parent, isMain) as Exports;
      if (isOver || !parent || !DEFERRED_PACKAGES.has(request) || isReplaced()) return load();
      return this.defer(request, parent, load);
    };
    loader._load = hook;
    return () => {
      // Whoever came after has our function inside of theirs: then it stays, and does nothing.
      isOver = true;
      if (loader._load === hook) loader._load = inner;
    };
  }

  /**
   * Writes down what was new.
   *
   * @throws what writing throws
   */
  async save(): Promise<void> {
    if (!this.isChanged) return;
    const text = JSON.stringify({ format: FORMAT, packages: [...this.seen] });
    await writeCacheFile(this.file, async () => [text]);
  }

  private defer(request: string, parent: NodeJS.Module, load: () => Exports): Exports {
    const entry = findEntry(request, parent);
    if (!entry || loader._cache[entry]) return load();
    const waiting = this.waiting.get(entry);
    if (waiting) return waiting;
    const of = describePackage(entry, request);
    const known = this.known.get(entry);
    if (of && known?.of === of) {
      this.seen.set(entry, known);
      const exports = createDeferred(known, () => {
        this.waiting.delete(entry);
        return loadLate(load, request, parent);
      });
      this.waiting.set(entry, exports);
      return exports;
    }
    const exports = load();
    const names = of ? listNames(exports) : undefined;
    if (of && names) {
      this.seen.set(entry, { of, names, isEsModule: exports['__esModule'] === true });
      this.isChanged = true;
    }
    return exports;
  }
}

/** An object that is the exports of a package to all who use it, and loads it for the first of them. */
function createDeferred({ names, isEsModule }: Known, load: () => Exports): Exports {
  let loaded: Exports | undefined;
  const real = () => (loaded ??= load());
  const shape: Exports = {};
  if (isEsModule) Object.defineProperty(shape, '__esModule', { configurable: true, value: true });
  for (const name of names) {
    const get = () => real()[name];
    const set = (value: unknown) => Reflect.set(real(), name, value);
    Object.defineProperty(shape, name, { configurable: true, enumerable: true, get, set });
  }
  return new Proxy(shape, {
    get: (_, name) => Reflect.get(loaded ?? shape, name),
    has: (_, name) => Reflect.has(loaded ?? shape, name),
    ownKeys: () => Reflect.ownKeys(loaded ?? shape),
    getOwnPropertyDescriptor(_, name) {
      const found = Reflect.getOwnPropertyDescriptor(loaded ?? shape, name);
      // A proxy may not tell of anything fixed that its own target does not have.
      return found && { ...found, configurable: true };
    },
    set: (_, name, value) => Reflect.set(real(), name, value),
    defineProperty: (_, name, property) => Reflect.defineProperty(real(), name, property),
    deleteProperty: (_, name) => Reflect.deleteProperty(real(), name),
  });
}

/** What fails so late is not where it was required: the stack says that place, too. */
function loadLate(load: () => Exports, request: string, { filename }: NodeJS.Module): Exports {
  try {
    return load();
  } catch (error) {
    if (error instanceof Error) {
      Reflect.set(error, 'stack', `${error.stack}\n    at require('${request}') (${filename})`);
    }
    throw error;
  }
}

function findEntry(request: string, parent: NodeJS.Module): string | undefined {
  try {
    return loader._resolveFilename(request, parent, false);
  } catch {
    return undefined; // loading it tells why
  }
}

/**
 * Tells a package from what it was before: its manifest, its entry and all installs that it may
 * take other packages from, as one hash; undefined where no package manager says when it installed.
 */
function describePackage(entry: string, name: string): string | undefined {
  const folder = join(sep, 'node_modules', name, sep);
  const end = entry.lastIndexOf(folder);
  const installs = readInstalls(entry);
  if (end < 0 || installs.length === 0) return undefined;
  try {
    const manifest = readFileSync(join(entry.slice(0, end), folder, 'package.json'));
    const parts = [Buffer.from(installs.join()), manifest, readFileSync(entry)];
    return hash('sha256', Buffer.concat(parts), 'base64');
  } catch {
    return undefined;
  }
}

function readInstalls(entry: string): string[] {
  const modules = join(sep, 'node_modules', sep);
  const installs: string[] = [];
  for (let at = entry.indexOf(modules); at >= 0; at = entry.indexOf(modules, at + 1)) {
    for (const name of INSTALL_RECORDS) {
      const record = join(entry.slice(0, at), modules, name);
      const stats = statSync(record, { throwIfNoEntry: false });
      if (stats) installs.push(`${record} ${stats.size} ${stats.mtimeMs}`);
    }
  }
  return installs;
}

/** The names of a plain object of exports; undefined of anything that cannot be stood in for. */
function listNames(exports: unknown): string[] | undefined {
  if (typeof exports !== 'object' || exports === null || types.isProxy(exports)) return undefined;
  if (Object.getPrototypeOf(exports) !== Object.prototype) return undefined;
  const isShown = (name: PropertyKey) => Object.prototype.propertyIsEnumerable.call(exports, name);
  const names = Reflect.ownKeys(exports).filter((name) => name !== '__esModule' || isShown(name));
  const isPlain = (name: PropertyKey): name is string => typeof name === 'string' && isShown(name);
  return names.every(isPlain) && Object.isExtensible(exports) ? names : undefined;
}

function readKnown(file: string): KnownPackages {
  try {
    const { format, packages } = JSON.parse(readCacheFile(file)?.toString() ?? '{}');
    return new Map(format === FORMAT ? packages : []);
  } catch {
    return new Map();
  }
}
