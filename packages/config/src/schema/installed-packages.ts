import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, sep } from 'node:path';
import { isObject } from '../merge.js';

/** What is read of a package.json. */
export type Manifest = {
  readonly name: string;
  readonly version: string;
  readonly configSchema: unknown;
  /** What kind of package it is, in the words of the ecosystem. */
  readonly role: string | undefined;
};

/** A package as it is installed. */
export type InstalledPackage = Manifest & {
  /** Its folder, behind all links. */
  readonly folder: string;
};

/** What was found, and what it depends on: as long as none of these places changes, it is the same. */
export type InstalledPackages = {
  /** Those with a configuration schema, in the order in which they were met. */
  readonly withSchema: readonly InstalledPackage[];
  /** Files that were read and folders that were looked into. */
  readonly places: readonly string[];
};

const DEPENDENCY_FIELDS = ['dependencies', 'peerDependencies', 'optionalDependencies'];

/** The packages of the ecosystem: whoever depends on one may lead to a schema. */
const ECOSYSTEM = /^@(?:backstage|stagewire)\//;

/** Written by package managers whenever what they have installed changes. */
const INSTALL_STATES = ['.package-lock.json', '.yarn-state.yml', '.modules.yaml'];

/**
 * Finds the installed packages that declare a configuration schema, from those of an app on, through
 * dependencies of dependencies.
 *
 * @remarks
 * A package is followed when it has a schema itself, or depends directly on a package of the
 * ecosystem; so the thousands of others are not read, but for those that one of these names.
 *
 * @param folders - where the app's own packages are; those without a package.json are passed over
 */
export function findInstalledPackages(folders: readonly string[]): InstalledPackages {
  return new PackageWalk().run(folders);
}

class PackageWalk {
  readonly #withSchema: InstalledPackage[] = [];
  readonly #places = new Set<string>();
  readonly #visited = new Set<string>();
  /** The entries of folders by name, and whether each is a link; undefined where there is none. */
  readonly #listings = new Map<string, ReadonlyMap<string, boolean> | undefined>();

  run(folders: readonly string[]): InstalledPackages {
    const waiting = [...new Set(folders)];
    for (let folder = waiting.shift(); folder !== undefined; folder = waiting.shift()) {
      if (this.#visited.has(folder)) continue;
      this.#visited.add(folder);
      waiting.push(...this.#visit(folder));
    }
    return { withSchema: this.#withSchema, places: [...this.#places].filter(this.#isTelling) };
  }

  /** Of what a package manager has installed, its own record tells whether it is the same. */
  readonly #isTelling = (place: string): boolean => {
    const end = place.lastIndexOf(`${sep}node_modules${sep}`);
    if (end < 0 || basename(place) !== 'package.json') return true;
    const modules = this.#listings.get(place.slice(0, end + `${sep}node_modules`.length));
    return !INSTALL_STATES.some((name) => modules?.has(name));
  };

  /** The folders of the packages that one package leads to. */
  #visit(folder: string): string[] {
    const file = join(folder, 'package.json');
    const manifest = readManifest(file);
    if (!manifest) return [];
    this.#places.add(file);
    const { name, version, configSchema, backstage } = manifest;
    const dependencies = DEPENDENCY_FIELDS.flatMap((field) => {
      const names = manifest[field];
      return isObject(names) ? Object.keys(names) : [];
    });
    if (configSchema !== undefined) {
      const role = isObject(backstage) ? toText(backstage.role) : undefined;
      const found = { name: toText(name) ?? folder, version: toText(version) ?? '', role };
      this.#withSchema.push({ ...found, configSchema, folder });
    } else if (!dependencies.some((dependency) => ECOSYSTEM.test(dependency))) {
      return [];
    }
    return [...new Set(dependencies)].flatMap((dependency) => this.#find(dependency, folder) ?? []);
  }

  /** As Node looks for a package: in the node_modules of each folder upwards. */
  #find(name: string, from: string): string | undefined {
    for (let folder = from; ; folder = dirname(folder)) {
      const found = this.#findIn(join(folder, 'node_modules'), name);
      if (found) return found;
      if (dirname(folder) === folder) break;
    }
    return process.versions.pnp ? findByHook(name, from) : undefined;
  }

  #findIn(modules: string, name: string): string | undefined {
    const [scope, rest] = name.startsWith('@') ? name.split('/') : [undefined, name];
    if (rest === undefined || !this.#list(modules)) return undefined;
    const holder = scope === undefined ? modules : join(modules, scope);
    if (scope !== undefined && !this.#list(modules)?.has(scope)) return undefined;
    const isLink = this.#list(holder)?.get(rest);
    if (isLink === undefined) return undefined;
    const folder = join(holder, rest);
    try {
      // A scope may be a link, too; then all under it is.
      return isLink || this.#list(modules)?.get(scope ?? '') ? realpathSync(folder) : folder;
    } catch {
      return undefined; // the link leads nowhere
    }
  }

  #list(folder: string): ReadonlyMap<string, boolean> | undefined {
    if (this.#listings.has(folder)) return this.#listings.get(folder);
    const listing = readListing(folder);
    this.#listings.set(folder, listing);
    if (listing) {
      this.#places.add(folder);
      const states = INSTALL_STATES.filter((name) => listing.has(name));
      for (const state of states) this.#places.add(join(folder, state));
    }
    return listing;
  }
}

function readListing(folder: string): Map<string, boolean> | undefined {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return new Map(entries.map((entry) => [entry.name, entry.isSymbolicLink()]));
  } catch {
    return undefined; // there is none
  }
}

/** Where packages are not in folders, Node's own resolution is replaced, and knows them. */
function findByHook(name: string, from: string): string | undefined {
  try {
    return dirname(createRequire(join(from, 'package.json')).resolve(`${name}/package.json`));
  } catch {
    return undefined;
  }
}

function readManifest(file: string): Record<string, unknown> | undefined {
  try {
    const manifest: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isObject(manifest) ? manifest : undefined;
  } catch {
    // Not a package that can be loaded, either; whoever needs it will say so.
    return undefined;
  }
}

function toText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** What tells one state of a file or folder from another; undefined when it is not there. */
export function readState(path: string): string | undefined {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats && `${stats.size} ${stats.mtimeMs}`;
  } catch {
    return undefined; // not to be reached: as good as absent
  }
}
