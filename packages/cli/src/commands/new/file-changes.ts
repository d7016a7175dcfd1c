import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cliErrors } from '../../errors.js';

/** Files by path, relative to the root of the repository and with slashes. */
export type Files = Record<string, string>;

/**
 * What is going to be made and changed. Nothing is written before all of it is known, and what was
 * written is taken back when a part of it cannot be.
 */
export class FileChanges {
  readonly #root: string;
  readonly #made = new Map<string, string>();
  readonly #changed = new Map<string, string>();

  constructor(root: string) {
    this.#root = root;
  }

  /** The files that are made, sorted. */
  get made(): string[] {
    return [...this.#made.keys()].toSorted();
  }

  /** The files that were there and change, sorted. */
  get changed(): string[] {
    return [...this.#changed.keys()].toSorted();
  }

  /**
   * Makes the files of a new folder.
   *
   * @throws `E_CLI_NEW_EXISTS` when there is such a folder
   */
  makeFolder(folder: string, files: Files): void {
    if (existsSync(join(this.#root, folder))) throw cliErrors.newExists(folder);
    for (const [name, text] of Object.entries(files)) this.#made.set(`${folder}/${name}`, text);
  }

  /**
   * Makes one file in a folder that may be there.
   *
   * @throws `E_CLI_NEW_EXISTS` when there is such a file
   */
  makeFile(path: string, text: string): void {
    if (existsSync(join(this.#root, path))) throw cliErrors.newExists(path);
    this.#made.set(path, text);
  }

  /** What a file is going to hold; undefined when it is not there. */
  read(path: string): string | undefined {
    const pending = this.#made.get(path) ?? this.#changed.get(path);
    if (pending !== undefined) return pending;
    const file = join(this.#root, path);
    return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  }

  /** Changes a file; one that stays as it is is not written. */
  change(path: string, text: string): void {
    if (this.read(path) === text) return;
    (this.#made.has(path) ? this.#made : this.#changed).set(path, text);
  }

  /** Changes a JSON file, which keeps its indentation and its line ends. */
  changeJson<T extends object>(path: string, edit: (json: T) => T): void {
    const text = this.read(path) ?? '{}';
    const indentation = /^[ \t]+(?=")/m.exec(text)?.[0] ?? '  ';
    const end = text.endsWith('\n') ? '\n' : '';
    const json = JSON.parse(text) as T;
    const written = JSON.stringify(edit(json), undefined, indentation) + end;
    this.change(path, text.includes('\r\n') ? written.replaceAll('\n', '\r\n') : written);
  }

  /**
   * Writes everything.
   *
   * @throws `E_CLI_NEW_WRITE`, and all is as it was
   */
  write(): void {
    const undo: Array<() => void> = [];
    try {
      for (const [path, text] of this.#made) undo.push(makeFile(join(this.#root, path), text));
      for (const [path, text] of this.#changed) undo.push(replace(join(this.#root, path), text));
    } catch (error) {
      for (const step of undo.toReversed()) attempt(step);
      throw cliErrors.newWrite(error);
    }
  }
}

/** Makes a file with the folders above it, and gives back how to remove all that. */
function makeFile(file: string, text: string): () => void {
  const folder = mkdirSync(dirname(file), { recursive: true });
  const undo = () => rmSync(folder ?? file, { recursive: true, force: true });
  try {
    // wx: what somebody made in the meantime is not ours to overwrite, and not ours to remove.
    writeFileSync(file, text, { flag: 'wx' });
  } catch (error) {
    const isOthers = (error as NodeJS.ErrnoException).code === 'EEXIST';
    if (folder !== undefined || !isOthers) undo();
    throw error;
  }
  return undo;
}

function replace(file: string, text: string): () => void {
  const before = readFileSync(file);
  const undo = () => writeFileSync(file, before);
  try {
    writeFileSync(file, text);
  } catch (error) {
    attempt(undo); // a disk that is full has taken half of it
    throw error;
  }
  return undo;
}

/** What cannot be taken back must not keep the rest from it, nor hide why it is taken back. */
function attempt(step: () => void): void {
  try {
    step();
  } catch {
    // The first failure is the one that is told.
  }
}
