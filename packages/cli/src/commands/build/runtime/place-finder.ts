import { closeSync, openSync, readSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { join } from 'node:path';
import {
  BUNDLE_FILES,
  type BundledModule,
  type ModuleTable,
  type Place,
} from '../bundle-format.js';

/** Finds where code of the bundle stood, without reading more of its source map than that of a module. */
export class PlaceFinder {
  readonly #root: string;
  readonly #modules: BundledModule[];
  readonly #tellName: () => string;
  #name: string | undefined;
  /** The map that was read last: a program adds feature after feature. */
  #last: { module: BundledModule; map: SourceMap | undefined } | undefined;

  /** @param tellName - a function of the bundle: gives a stack with the name of its script */
  constructor(root: string, { modules }: ModuleTable, tellName: () => string) {
    this.#root = root;
    this.#modules = modules;
    this.#tellName = tellName;
  }

  /** @returns undefined for a place that is not in the bundle */
  find({ file, line, column }: Place): { file: string; line: number } | undefined {
    if (file !== this.#findName()) return undefined;
    const module = this.#modules.findLast((each) => (each.line ?? Infinity) <= line);
    if (!module) return undefined;
    if (this.#last?.module !== module) this.#last = { module, map: this.#readMap(module) };
    const found = this.#last.map?.findEntry(line - module.line!, column - 1);
    return found && 'originalSource' in found
      ? { file: join(this.#root, found.originalSource), line: found.originalLine + 1 }
      : { file: join(this.#root, module.path), line: line - module.line! + 1 };
  }

  /** Out of the cache of some versions of V8, a script has the path that it was built at. */
  #findName(): string {
    return (this.#name ??= /at (.+):\d+:\d+$/m.exec(this.#tellName())?.[1] ?? '');
  }

  #readMap({ map: [offset, length] = [0, 0] }: BundledModule): SourceMap | undefined {
    try {
      const bytes = Buffer.alloc(length);
      const file = openSync(join(this.#root, BUNDLE_FILES.map), 'r');
      try {
        readSync(file, bytes, 0, length, offset);
      } finally {
        closeSync(file);
      }
      return new SourceMap(JSON.parse(bytes.toString('utf8')));
    } catch {
      return undefined; // removed to save space
    }
  }
}
