import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type {
  UrlReaderServiceReadTreeResponse,
  UrlReaderServiceReadTreeResponseDirOptions,
  UrlReaderServiceReadTreeResponseFile,
} from '@stagewire/plugin-api';
import { packTar } from './pack-tar.js';
import type { TreeEntries } from './tree-entry.js';
import { writeEntries } from './write-entries.js';

/** Where the files of a tree come from. */
export type TreeSource = {
  /** Opens the source; called at most once. */
  entries(): TreeEntries;
  /** The archive as it came, where all of it was asked for; in the place of `entries`. */
  archive?(): Readable;
  /** Tells that contents may be read at any time, as archives do not allow. */
  readsOnDemand?: boolean;
  etag: string;
  workingDirectory: string;
};

/** A tree of files that can be read once, in one of three ways. */
export class EntriesTree implements UrlReaderServiceReadTreeResponse {
  readonly etag: string;
  readonly #workingDirectory: string;
  #source: TreeSource | undefined;

  constructor(source: TreeSource) {
    this.#source = source;
    this.#workingDirectory = source.workingDirectory;
    this.etag = source.etag;
  }

  async files(): Promise<UrlReaderServiceReadTreeResponseFile[]> {
    const { entries, readsOnDemand } = this.#take();
    const files: UrlReaderServiceReadTreeResponseFile[] = [];
    for await (const { path, open, linkTarget, lastModifiedAt } of entries()) {
      if (linkTarget !== undefined) continue;
      let content: Promise<Buffer> | undefined;
      const read = () => (content ??= open().then(buffer));
      if (!readsOnDemand) await read();
      files.push({ path, content: read, lastModifiedAt });
    }
    return files;
  }

  async archive(): Promise<NodeJS.ReadableStream> {
    const { entries, archive } = this.#take();
    return archive ? archive() : packTar(entries());
  }

  async dir(options?: UrlReaderServiceReadTreeResponseDirOptions): Promise<string> {
    const { entries } = this.#take();
    if (options?.targetDir) {
      await writeEntries(entries(), options.targetDir);
      return options.targetDir;
    }
    const temporary = await mkdtemp(join(this.#workingDirectory, 'backstage-'));
    try {
      await writeEntries(entries(), temporary);
      return temporary;
    } catch (error) {
      await rm(temporary, { recursive: true, force: true });
      throw error;
    }
  }

  #take(): TreeSource {
    const source = this.#source;
    if (!source) throw new Error('Response has already been read');
    this.#source = undefined;
    return source;
  }
}
