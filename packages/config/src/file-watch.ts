import { realpathSync, statSync, watch, type FSWatcher } from 'node:fs';
import { dirname } from 'node:path';

/** Milliseconds of quiet before a change counts: editors and deployments write in several steps. */
const SETTLE_TIME = 100;

/** Milliseconds between two looks at the files, for file systems that report no changes. */
const LOOK_INTERVAL = 5_000;

/**
 * Tells when the content of files may have changed, also when they are created, removed, or
 * replaced behind a symbolic link.
 *
 * @remarks
 * It watches their folders, because a file that is replaced takes its own watcher with it; and it
 * looks at the files now and then, because not every file system reports changes. It never keeps
 * the process alive.
 */
export class FileWatch {
  readonly #onChange: () => void;
  readonly #watchers = new Map<string, FSWatcher>();
  readonly #interval: NodeJS.Timeout;
  #states: ReadonlyMap<string, string> = new Map();
  #settling: NodeJS.Timeout | undefined;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
    this.#interval = setInterval(() => this.#look(), LOOK_INTERVAL).unref();
  }

  /**
   * Watches these files from now on, and no others.
   *
   * @param files - absolute paths; they do not need to exist
   * @param since - when they were read, in milliseconds since the Unix epoch; a file that was
   *   changed after that is told, too
   */
  update(files: readonly string[], since: number): void {
    this.#states = readStates(files);
    this.#watchFolders(files);
    if (files.some((file) => lastChange(file) >= since)) this.#settle(this.#onChange);
  }

  /** Stops; a second call does nothing. */
  close(): void {
    clearInterval(this.#interval);
    clearTimeout(this.#settling);
    this.#unwatchFolders();
    this.#states = new Map();
  }

  #watchFolders(files: readonly string[]): void {
    // All of them anew: a folder that was replaced has a watcher that is dead.
    this.#unwatchFolders();
    for (const folder of new Set(files.flatMap(foldersOf))) {
      try {
        const look = () => this.#settle(() => this.#look());
        const watcher = watch(folder, { persistent: false }, look);
        watcher.on('error', () => watcher.close());
        this.#watchers.set(folder, watcher);
      } catch {
        // It does not exist, or there are no watchers left; the looks now and then have to do.
      }
    }
  }

  #unwatchFolders(): void {
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  #settle(then: () => void): void {
    clearTimeout(this.#settling);
    this.#settling = setTimeout(then, SETTLE_TIME).unref();
  }

  #look(): void {
    const files = [...this.#states.keys()];
    const states = readStates(files);
    if (files.every((file) => states.get(file) === this.#states.get(file))) return;
    this.#states = states;
    this.#watchFolders(files);
    this.#onChange();
  }
}

/** What tells one state of a file from another, by path. */
function readStates(files: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    files.map((file) => {
      const stats = readStats(file);
      return [file, stats ? `${stats.ino} ${stats.size} ${stats.mtimeNs} ${stats.ctimeNs}` : ''];
    }),
  );
}

function lastChange(file: string): number {
  return Number((readStats(file)?.ctimeNs ?? 0n) / 1_000_000n);
}

function readStats(file: string) {
  try {
    return statSync(file, { throwIfNoEntry: false, bigint: true });
  } catch {
    // Not to be reached at the moment: as good as absent.
    return undefined;
  }
}

/** The folder that a file is in, and where links lead, the one that its content is in. */
function foldersOf(file: string): string[] {
  try {
    return [dirname(file), dirname(realpathSync(file))];
  } catch {
    return [dirname(file)];
  }
}
