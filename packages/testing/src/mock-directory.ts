import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import os from 'node:os';
import { dirname, extname, join, posix, relative, resolve, sep } from 'node:path';
import { isChildPath } from '@stagewire/plugin-api';
import { testingErrors } from './errors.js';
import { findTestHooks } from './test-hooks.js';

/** Where a {@link MockDirectoryContentCallback} is called for. @public */
export interface MockDirectoryContentCallbackContext {
  /** The absolute path. */
  path: string;
  /** Puts a symbolic link there. */
  symlink(target: string): void;
}

/** Puts something there that is neither a file nor a directory. @public */
export type MockDirectoryContentCallback = (context: MockDirectoryContentCallbackContext) => void;

/**
 * What a directory holds, by name: text, bytes, or another directory. Names that are written may have
 * slashes; those that are read have none.
 *
 * @public
 */
export type MockDirectoryContent = {
  [name in string]: MockDirectoryContent | string | Buffer | MockDirectoryContentCallback;
};

/** What is read of a directory. @public */
export interface MockDirectoryContentOptions {
  /** Relative to the directory, or absolute and in it. `@default` the whole directory */
  path?: string;
  /** Whether a file is read as text, else as bytes. `@default` by the extension of its name */
  shouldReadAsText?: boolean | ((path: string, buffer: Buffer) => boolean);
}

/** A directory of a test. @public */
export interface MockDirectory extends Disposable {
  /** Absolute. */
  readonly path: string;

  /** The absolute path of something in it. */
  resolve(...paths: string[]): string;

  /**
   * Replaces all that it holds.
   *
   * @throws `E_MOCK_DIRECTORY` for a name that leads out of it
   */
  setContent(root: MockDirectoryContent): void;

  /**
   * Adds to what it holds; files that are there already are replaced.
   *
   * @throws `E_MOCK_DIRECTORY` for a name that leads out of it
   */
  addContent(root: MockDirectoryContent): void;

  /**
   * Reads what it holds; undefined when the path is not there.
   *
   * @throws `E_MOCK_DIRECTORY` for a path that leads out of it
   */
  content(options?: MockDirectoryContentOptions): MockDirectoryContent | undefined;

  /** Empties it, and makes it again if it is gone. May be handed on by itself: `beforeEach(dir.clear)`. */
  clear(): void;

  /** Removes it; what is added later brings it back. So does the end of a block with `using`. */
  remove(): void;
}

/** How the directory is made. @public */
export interface CreateMockDirectoryOptions {
  /** What it holds. `@default` nothing */
  content?: MockDirectoryContent;
  /**
   * `os.tmpdir()` is the directory, until it is disposed of or the tests have run. `@default` false
   */
  mockOsTmpDir?: boolean;
}

/**
 * Makes a directory among the temporary ones. It is removed when the tests have run, where the test
 * framework has a global `afterAll`, else by `using` or `remove()`, and when the process ends.
 *
 * @throws `E_MOCK_TMPDIR` for `mockOsTmpDir` while another directory has it
 * @public
 */
export function createMockDirectory(options: CreateMockDirectoryOptions = {}): MockDirectory {
  const parent = process.env['RUNNER_TEMP'] || os.tmpdir();
  if (options.mockOsTmpDir && isTmpDirMocked()) throw testingErrors.tmpDir();
  const directory = new TemporaryDirectory(mkdtempSync(join(parent, 'stagewire-test-')));
  if (options.mockOsTmpDir) directory.becomeTmpDir();
  if (options.content) directory.addContent(options.content);
  findTestHooks().afterAll?.(() => directory[Symbol.dispose]());
  process.once('exit', directory.remove);
  return directory;
}

const MOCKED = Symbol('the directory that os.tmpdir() gives');

function isTmpDirMocked(): boolean {
  return MOCKED in os.tmpdir;
}

class TemporaryDirectory implements MockDirectory {
  readonly path: string;
  #realTmpDir: typeof os.tmpdir | undefined;

  constructor(path: string) {
    this.path = path;
  }

  resolve(...paths: string[]): string {
    return resolve(this.path, ...paths);
  }

  setContent(root: MockDirectoryContent): void {
    rmSync(this.path, { recursive: true, force: true, maxRetries: 10 });
    this.addContent(root);
  }

  addContent(root: MockDirectoryContent): void {
    this.#write(this.path, root);
  }

  content(options: MockDirectoryContentOptions = {}): MockDirectoryContent | undefined {
    const { path = '', shouldReadAsText = hasTextExtension } = options;
    const isText =
      typeof shouldReadAsText === 'boolean' ? () => shouldReadAsText : shouldReadAsText;
    const root = this.#inside(path);
    return existsSync(root) ? readDirectory(root, root, isText) : undefined;
  }

  readonly clear = (): void => this.setContent({});

  readonly remove = (): void => {
    rmSync(this.path, { recursive: true, force: true, maxRetries: 10 });
    process.off('exit', this.remove);
  };

  becomeTmpDir(): void {
    this.#realTmpDir = os.tmpdir;
    os.tmpdir = Object.assign(() => this.path, { [MOCKED]: true });
    syncBuiltinESMExports(); // for those who import it by its name
  }

  [Symbol.dispose](): void {
    if (this.#realTmpDir) {
      os.tmpdir = this.#realTmpDir;
      syncBuiltinESMExports();
    }
    this.#realTmpDir = undefined;
    this.remove();
  }

  #write(path: string, content: MockDirectoryContent[string]): void {
    if (typeof content === 'object' && !Buffer.isBuffer(content)) {
      mkdirSync(path, { recursive: true });
      for (const [name, child] of Object.entries(content)) {
        this.#write(this.#inside(resolve(path, name)), child);
      }
      return;
    }
    mkdirSync(dirname(path), { recursive: true });
    if (typeof content !== 'function') writeFileSync(path, content);
    else content({ path, symlink: (target) => symlinkSync(target, path) });
  }

  #inside(path: string): string {
    const full = resolve(this.path, path);
    if (!isChildPath(this.path, full)) throw testingErrors.directory(full);
    return full;
  }
}

type IsText = (path: string, buffer: Buffer) => boolean;

/** @param root - what the paths that `isText` is asked about are relative to, with slashes */
function readDirectory(root: string, path: string, isText: IsText): MockDirectoryContent {
  const entries = readdirSync(path, { withFileTypes: true }).map((entry) => {
    const full = join(path, entry.name);
    if (entry.isDirectory()) return [entry.name, readDirectory(root, full, isText)] as const;
    const bytes = readFileSync(full);
    const name = relative(root, full).split(sep).join(posix.sep);
    return [entry.name, isText(name, bytes) ? bytes.toString('utf8') : bytes] as const;
  });
  return Object.fromEntries(entries);
}

const TEXT_EXTENSIONS = new Set(
  (
    'adoc bat c cc cfg cjs cmd conf cpp cs css csv cts diff dockerfile editorconfig env ejs eslintrc ' +
    'gitignore go gradle graphql groovy h hbs hcl hpp htm html ini j2 java js json json5 jsonc ' +
    'jsonl jsx kt less lock log lua map markdown md mdx mjs mts mustache ndjson njk npmrc patch php pl ' +
    'po prettierrc properties proto ps1 puml py rb rego rs rst sass scala scss sh sql svelte svg swift ' +
    'tex text tf tfvars toml ts tsv tsx txt vue xml xsd xsl yaml yml'
  ).split(' '),
);

function hasTextExtension(path: string): boolean {
  return TEXT_EXTENSIONS.has(extname(path).slice(1).toLowerCase());
}
