import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import {
  resolveSafeChildPath,
  type FromReadableArrayOptions,
  type UrlReaderServiceReadTreeResponse,
  type UrlReaderServiceReadTreeResponseDirOptions,
  type UrlReaderServiceReadTreeResponseFile,
} from '@stagewire/plugin-api';
import { packTar } from './tar-archive.js';

/** A tree of files that are at hand; it can be read once, in one of three ways. */
export class ReadableArrayTree implements UrlReaderServiceReadTreeResponse {
  readonly etag = '';
  readonly #workingDirectory: string;
  #files: FromReadableArrayOptions | undefined;

  constructor(files: FromReadableArrayOptions, options: { workingDirectory: string }) {
    this.#files = files;
    this.#workingDirectory = options.workingDirectory;
  }

  async files(): Promise<UrlReaderServiceReadTreeResponseFile[]> {
    return this.#take().map(({ data, path, lastModifiedAt }) => {
      let content: Promise<Buffer> | undefined;
      return { path, content: () => (content ??= buffer(data)), lastModifiedAt };
    });
  }

  async archive(): Promise<NodeJS.ReadableStream> {
    return Readable.from(packTar(this.#take()), { objectMode: false });
  }

  async dir(options?: UrlReaderServiceReadTreeResponseDirOptions): Promise<string> {
    const files = this.#take();
    if (options?.targetDir) {
      await writeFiles(files, options.targetDir);
      return options.targetDir;
    }
    const temporary = await mkdtemp(join(this.#workingDirectory, 'backstage-'));
    try {
      await writeFiles(files, temporary);
      return temporary;
    } catch (error) {
      await rm(temporary, { recursive: true, force: true });
      throw error;
    }
  }

  #take(): FromReadableArrayOptions {
    const files = this.#files;
    if (!files) throw new Error('Response has already been read');
    this.#files = undefined;
    return files;
  }
}

async function writeFiles(files: FromReadableArrayOptions, directory: string): Promise<void> {
  for (const { data, path, lastModifiedAt } of files) {
    const target = resolveSafeChildPath(directory, path);
    await mkdir(dirname(target), { recursive: true });
    await pipeline(data, createWriteStream(target));
    if (lastModifiedAt) await utimes(target, lastModifiedAt, lastModifiedAt);
  }
}
