import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { isObject } from '../merge.js';
import { readState } from './installed-packages.js';
import type { ReadSchemas } from './package-schema.js';

/** Goes up whenever what is kept, or how it is found, changes. */
const FORMAT = 1;

/** What was collected, and the state of every place that it depends on. */
type Kept = {
  readonly format: number;
  /** The folders of the app's packages: another app may have the same name of a file. */
  readonly folders: readonly string[];
  readonly states: Readonly<Record<string, string>>;
  readonly read: ReadSchemas;
};

/**
 * Keeps collected schemas in `node_modules/.cache/stagewire`, so that a start only has to look
 * whether anything is installed anew. Where that cannot be written, everything works without.
 */
export class SchemaCache {
  readonly #folders: readonly string[];
  readonly #file: string | undefined;
  readonly #kept: Kept | undefined;

  /** @param folders - where the app's own packages are; the cache is in the first one's modules */
  constructor(folders: readonly string[]) {
    const modules = findModules(folders);
    const name = `config-schema-${shortHash(folders.join('\n'))}.json`;
    this.#folders = folders;
    this.#file = modules && join(modules, '.cache', 'stagewire', name);
    const kept = this.#file === undefined ? undefined : readKept(this.#file);
    this.#kept = kept && isDeepStrictEqual(kept.folders, folders) ? kept : undefined;
  }

  /** What was collected before, if it still holds. */
  findCurrent(): ReadSchemas | undefined {
    if (!this.#kept) return undefined;
    const states = Object.entries(this.#kept.states);
    return states.every(([path, state]) => (readState(path) ?? '') === state)
      ? this.#kept.read
      : undefined;
  }

  /** The conversions from before; each is still good if its file is the same. */
  get conversions(): ReadSchemas['conversions'] {
    return this.#kept?.read.conversions ?? {};
  }

  /** Keeps what was collected, with the present state of the places that it came from. */
  keep(read: ReadSchemas, places: readonly string[]): void {
    if (this.#file === undefined) return;
    try {
      // First, because a folder that gets a new one has another state.
      mkdirSync(dirname(this.#file), { recursive: true });
      const states = Object.fromEntries(places.map((path) => [path, readState(path) ?? '']));
      const kept: Kept = { format: FORMAT, folders: this.#folders, states, read };
      writeAtomically(this.#file, JSON.stringify(kept));
    } catch {
      // Read-only or full: the next start collects them again.
    }
  }
}

/** FNV-1a: the library with better ones takes longer to load than all that is done here. */
function shortHash(text: string): string {
  let hash = 0x811c9dc5;
  for (const character of text) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  }
  return hash.toString(16).padStart(8, '0');
}

function findModules(folders: readonly string[]): string | undefined {
  return folders.map((folder) => join(folder, 'node_modules')).find((folder) => existsSync(folder));
}

function readKept(file: string): Kept | undefined {
  try {
    const kept: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isKept(kept) ? kept : undefined;
  } catch {
    return undefined; // none yet, or a broken one, which will be replaced
  }
}

function isKept(value: unknown): value is Kept {
  if (!isObject(value) || value.format !== FORMAT || !isObject(value.states)) return false;
  const { read } = value;
  return (
    isObject(read) &&
    Array.isArray(read.schemas) &&
    read.schemas.every((each) => isObject(each) && isObject(each.schema)) &&
    Array.isArray(read.unreadable) &&
    Array.isArray(read.conflicts) &&
    isObject(read.conversions)
  );
}

function writeAtomically(file: string, text: string): void {
  const temporary = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  try {
    writeFileSync(temporary, text);
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
