import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Manifest, Repository } from '../../repository/repository.js';
import { isRole, type Role } from '../../repository/roles.js';

/** A package that others can import: one of the repository, or one that is installed. */
export type KnownPackage = {
  name: string;
  directory: string;
  manifest: Manifest;
  role: Role | undefined;
  /** The plugin that it belongs to, as its package.json says. */
  pluginId: string | undefined;
  isInRepository: boolean;
};

/** The packages of a repository and those that are installed for it, each read once. */
export class KnownPackages {
  readonly #own = new Map<string, KnownPackage>();
  readonly #found = new Map<string, KnownPackage | undefined>();
  readonly #installed = new Map<string, KnownPackage | undefined>();

  constructor({ packages }: Repository) {
    for (const { name, directory, manifest } of packages) {
      this.#own.set(name, toKnown(name, directory, manifest, true));
    }
  }

  /** The packages of the repository. */
  get own(): KnownPackage[] {
    return [...this.#own.values()];
  }

  /** The package of the repository with a name. */
  findOwn(name: string): KnownPackage | undefined {
    return this.#own.get(name);
  }

  /** The package that a name stands for in the code of a folder; undefined when there is none. */
  find(name: string, from: string): KnownPackage | undefined {
    const own = this.#own.get(name);
    if (own) return own;
    const key = `${from} ${name}`;
    if (!this.#found.has(key)) this.#found.set(key, this.#findInstalled(name, from));
    return this.#found.get(key);
  }

  /** As Node looks for a package: in the node_modules of each folder upwards. */
  #findInstalled(name: string, from: string): KnownPackage | undefined {
    for (let folder = from; ; folder = dirname(folder)) {
      const found = this.#readInstalled(name, join(folder, 'node_modules', name));
      if (found || folder === dirname(folder)) return found;
    }
  }

  #readInstalled(name: string, link: string): KnownPackage | undefined {
    if (!this.#installed.has(link)) this.#installed.set(link, readInstalled(name, link));
    return this.#installed.get(link);
  }
}

function readInstalled(name: string, link: string): KnownPackage | undefined {
  const file = join(link, 'package.json');
  if (!existsSync(file)) return undefined;
  try {
    const manifest = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
    return toKnown(name, realpathSync(link), manifest, false);
  } catch {
    return undefined; // nobody can load it, either; whoever installs packages will say so
  }
}

function toKnown(
  name: string,
  directory: string,
  manifest: Manifest,
  isInRepository: boolean,
): KnownPackage {
  const { role, pluginId } = manifest.backstage ?? {};
  return {
    name,
    directory,
    manifest,
    role: isRole(role) ? role : undefined,
    pluginId: typeof pluginId === 'string' ? pluginId : undefined,
    isInRepository,
  };
}
