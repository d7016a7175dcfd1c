import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { Place } from '../finding.js';
import type { Entry } from './entries.js';
import { listSources, mayBeMaterial, toKind } from './list-sources.js';
import { SourceFile } from './source-file.js';

/** Something that a package exports, and the file in which it is made. */
export type ResolvedExport = {
  file: SourceFile;
  /** What it is called in that file; absent for an expression. */
  name?: string;
  /** Where its name becomes part of the package. */
  place: Place;
};

/** What parts of a package that no entry leads to, and that are named so, are for. */
const FOR_TESTS = /test|mock|fixture|stub|fake/i;

/** The code of a package: its files, and how they lead to each other. */
export class PackageCode {
  readonly all: readonly SourceFile[];
  /** The code that runs where the package is used: no tests, no scripts. */
  readonly runtime: readonly SourceFile[];
  readonly #byPath: ReadonlyMap<string, SourceFile>;
  readonly #reached: ReadonlySet<SourceFile>;

  /**
   * @param directory - where the package is
   * @param folder - the same, relative to the root of the repository
   */
  constructor(
    directory: string,
    folder: string,
    private readonly name: string,
    entries: readonly Entry[],
  ) {
    const hasSrc = existsSync(join(directory, 'src'));
    const listed = listSources(directory).map((path) => {
      const text = readFileSync(join(directory, path), 'utf8');
      const source = new SourceFile(posix.join(folder, path), path, text);
      source.kind = toKind(path, hasSrc);
      return source;
    });
    this.#byPath = new Map(listed.map((source) => [source.path, source]));
    this.#reached = this.#findReached(entries.flatMap(({ source }) => this.find(source) ?? []));
    this.all = this.#leaveOutMaterial(listed);
    for (const source of this.all) {
      const isHelper = !this.#reached.has(source) && FOR_TESTS.test(source.path);
      if (source.kind === 'runtime' && isHelper) source.kind = 'test';
    }
    this.runtime = this.all.filter(({ kind }) => kind === 'runtime');
  }

  /** Whether a way into the package leads to a file. */
  isReached(file: SourceFile): boolean {
    return this.#reached.has(file);
  }

  /** The file at a path; undefined when there is none. */
  find(path: string): SourceFile | undefined {
    return this.#byPath.get(path);
  }

  /** Everything that a file exports, by name, with what it takes from other files of the package. */
  exportsOf(
    file: SourceFile,
    seen: ReadonlySet<SourceFile> = new Set(),
  ): Map<string, ResolvedExport> {
    const found = new Map<string, ResolvedExport>();
    if (seen.has(file)) return found;
    for (const each of file.exports) {
      const place = { file: file.file, line: each.line, package: this.name };
      const target = each.from === undefined ? undefined : this.#resolve(file, each.from);
      const beyond = target && this.exportsOf(target, new Set([...seen, file]));
      if (each.name === '*') {
        for (const [name, value] of beyond ?? []) {
          if (name !== 'default') found.set(name, { ...value, place });
        }
      } else if (each.from === undefined) {
        found.set(each.name, { ...this.#followImport(file, each.source, seen), place });
      } else {
        found.set(each.name, { ...(beyond?.get(each.source ?? '') ?? { file }), place });
      }
    }
    return found;
  }

  /** The file that a relative import of one of its files names. */
  #resolve(from: SourceFile, specifier: string): SourceFile | undefined {
    if (!specifier.startsWith('.')) return undefined;
    const path = posix.join(from.path, '..', specifier);
    const found = candidatesOf(path).find((each) => this.#byPath.has(each));
    return found === undefined ? undefined : this.#byPath.get(found);
  }

  /** What is imported and then exported is made elsewhere. */
  #followImport(file: SourceFile, source: string | undefined, seen: ReadonlySet<SourceFile>) {
    const own = { file, ...(source !== undefined && { name: source }) };
    for (const { specifier, names } of file.imports) {
      const name = names.find(({ local }) => local !== '' && local === source);
      const target = name && this.#resolve(file, specifier);
      if (!name) continue;
      const made = target && this.exportsOf(target, new Set([...seen, file])).get(name.imported);
      return made ?? { file };
    }
    return own;
  }

  #leaveOutMaterial(listed: readonly SourceFile[]): readonly SourceFile[] {
    const sure = listed.filter(({ path }) => !mayBeMaterial(path));
    if (sure.length === listed.length) return listed;
    const imported = this.#findReached(sure.filter(({ kind }) => kind === 'runtime'));
    return listed.filter((file) => !mayBeMaterial(file.path) || imported.has(file));
  }

  /** Some files, and all that they lead to. */
  #findReached(from: readonly SourceFile[]): Set<SourceFile> {
    const waiting = [...from];
    const reached = new Set<SourceFile>();
    for (let file = waiting.pop(); file; file = waiting.pop()) {
      if (reached.has(file)) continue;
      reached.add(file);
      for (const { specifier } of file.imports) {
        const next = this.#resolve(file, specifier);
        if (next) waiting.push(next);
      }
    }
    return reached;
  }
}

const EXTENSIONS = ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs'];

/** The paths that an import may mean: `./a.js` is also written for `./a.ts`. */
function candidatesOf(path: string): string[] {
  const bare = path.replace(/\.([cm]?)jsx?$/, '');
  return [
    path,
    ...(bare === path ? [] : EXTENSIONS.map((extension) => `${bare}${extension}`)),
    ...EXTENSIONS.map((extension) => `${path}${extension}`),
    ...EXTENSIONS.map((extension) => posix.join(path, `index${extension}`)),
  ];
}
