import { once } from 'node:events';
import { statSync } from 'node:fs';
import { toError } from '@stagewire/errors';
import { watch } from 'chokidar';
import { cliErrors } from '../../errors.js';
import type { Repository } from '../../repository/repository.js';
import { createWatchFilter } from './is-watched.js';

/** How long nothing may change before what was saved counts as complete; milliseconds. */
const QUIET = 30;

/** After which time it counts as complete in any case; milliseconds. */
const PATIENCE = 500;

/** After which time files are looked at again: chokidar tells of one change in 50 ms; milliseconds. */
const SECOND_LOOK = 100;

/** What was saved together. */
export type Burst = {
  /** Absolute paths. */
  files: string[];
  /** When the first of them changed; milliseconds, as of `performance.now()`. */
  since: number;
};

/**
 * Follows the sources of a repository.
 *
 * @param others - files outside of it that are followed, too
 * @returns a function that ends it, once everything is followed
 * @throws `E_CLI_DEV_WATCH`
 */
export async function watchRepository(
  repository: Repository,
  others: readonly string[],
  onSaved: (burst: Burst) => void,
): Promise<() => Promise<void>> {
  const isFollowed = createWatchFilter(repository);
  const bursts = new Bursts(onSaved);
  const watcher = watch([repository.root, ...others], {
    ignored: (path) => !others.includes(path) && !isFollowed(path),
    ignoreInitial: true,
  });
  watcher.on('all', (event, file) => {
    if (event === 'add' || event === 'change' || event === 'unlink') bursts.add(file);
  });
  try {
    await once(watcher, 'ready');
  } catch (error) {
    await watcher.close();
    throw cliErrors.devWatch(toError(error).message);
  }
  // One file less is followed: no reason to end what runs.
  watcher.on('error', () => {});
  return async () => {
    bursts.drop();
    await watcher.close();
  };
}

/** Puts together what is saved at almost the same time. */
class Bursts {
  readonly #onSaved: (burst: Burst) => void;
  readonly #files = new Set<string>();
  /** The state of each file when it was last told. */
  readonly #told = new Map<string, string>();
  #since = 0;
  #timer: NodeJS.Timeout | undefined;
  readonly #looks = new Set<NodeJS.Timeout>();

  constructor(onSaved: (burst: Burst) => void) {
    this.#onSaved = onSaved;
  }

  add(file: string): void {
    if (this.#files.size === 0) this.#since = performance.now();
    this.#files.add(file);
    this.#wait();
  }

  #wait(): void {
    const left = this.#since + PATIENCE - performance.now();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#onQuiet(left <= 0), Math.max(0, Math.min(QUIET, left)));
  }

  #onQuiet(isOverdue: boolean): void {
    if (!isOverdue && [...this.#files].some(isEmpty)) this.#wait();
    else this.#tell();
  }

  drop(): void {
    for (const timer of [this.#timer, ...this.#looks]) clearTimeout(timer);
  }

  #tell(): void {
    const files = [...this.#files];
    this.#files.clear();
    for (const file of files) this.#told.set(file, readVersion(file));
    this.#lookAgain(files);
    this.#onSaved({ files, since: this.#since });
  }

  #lookAgain(files: readonly string[]): void {
    const timer = setTimeout(() => {
      this.#looks.delete(timer);
      for (const file of files) if (this.#told.get(file) !== readVersion(file)) this.add(file);
    }, SECOND_LOOK);
    this.#looks.add(timer);
  }
}

/** Another text for each state of a file: the clock of a disk may be too coarse for two writes. */
function readVersion(file: string): string {
  const { mtimeMs, size } = statSync(file, { throwIfNoEntry: false }) ?? {};
  return `${mtimeMs} ${size}`;
}

/** Editors empty a file before they write it. */
const isEmpty = (file: string) => statSync(file, { throwIfNoEntry: false })?.size === 0;
