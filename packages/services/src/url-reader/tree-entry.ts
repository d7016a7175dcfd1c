import type { Readable } from 'node:stream';
import { urlReaderErrors } from './errors.js';
import type { ReadingLimits } from './reading-limits.js';

/** A file or a symbolic link of a tree. Folders are what the paths of files say. */
export type TreeEntry = {
  /** Relative, with slashes. */
  path: string;
  /** Bytes, where they are known before the content is read. */
  size?: number;
  executable?: boolean;
  lastModifiedAt?: Date;
  /** Only of a symbolic link: where it leads, relative to the folder that it is in. */
  linkTarget?: string;
  /** Opens the content, once; entries of an archive only until the next entry is asked for. */
  open(): Promise<Readable>;
};

/** The entries of a tree, one after the other. Who leaves early ends the reading of the source. */
export type TreeEntries = AsyncIterable<TreeEntry>;

/** Which part of a tree was asked for. */
export type TreeSelection = {
  /** The folder that is read; '' is all of the tree. */
  subpath: string;
  /** Leaves out the one folder that all files are in. */
  stripFirstDirectory: boolean;
  filter?: (path: string, info?: { size: number }) => boolean;
};

/**
 * Hands on the entries that were asked for, with paths relative to the folder asked for.
 *
 * @throws NotAllowedError with `E_URL_TREE_PATH` for a path that leads out of the tree
 */
export async function* selectEntries(
  entries: TreeEntries,
  { subpath, stripFirstDirectory, filter }: TreeSelection,
): AsyncGenerator<TreeEntry> {
  const folder = subpath.split('/').filter(Boolean);
  for await (const entry of entries) {
    const segments = toSegments(entry.path);
    if (stripFirstDirectory) segments.shift();
    const path = findPathBelow(folder, segments);
    if (!path) continue;
    const info = entry.size === undefined ? undefined : { size: entry.size };
    if (filter && !filter(path, info)) continue;
    yield { ...entry, path };
  }
}

/** Keeps count of what comes out of an archive, so that a small one cannot become a huge tree. */
export class TreeMeter {
  readonly #limits: ReadingLimits;
  #entries = 0;
  #size = 0;

  constructor(limits: ReadingLimits) {
    this.#limits = limits;
  }

  /**
   * To be told of every entry before its content is read.
   *
   * @throws `E_URL_TREE_ENTRIES`, `E_URL_TREE_TOO_LARGE`
   */
  add(size: number): void {
    const { maxTreeEntries, maxTreeSize } = this.#limits;
    this.#entries += 1;
    this.#size += size;
    if (this.#entries > maxTreeEntries) throw urlReaderErrors.tooManyEntries(maxTreeEntries);
    if (this.#size > maxTreeSize) throw urlReaderErrors.treeTooLarge(maxTreeSize);
  }
}

/** `./` in front, as some tools write it, is the tree itself. */
function toSegments(path: string): string[] {
  const segments = path.split('/').filter((segment) => segment !== '.' && segment !== '');
  if (path.startsWith('/') || path.includes('\0') || segments.includes('..')) {
    throw urlReaderErrors.pathLeadsOut(path);
  }
  return segments;
}

function findPathBelow(folder: string[], segments: string[]): string | undefined {
  if (!folder.every((segment, index) => segments[index] === segment)) return undefined;
  return segments.slice(folder.length).join('/');
}
