import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { Entry, ZipFile } from 'yauzl';
import type { ReadingLimits } from './reading-limits.js';
import { TreeMeter, type TreeEntry } from './tree-entry.js';

/** The file type in a mode, and that of a symbolic link. */
const FILE_TYPE = 0o170000;
const LINK = 0o120000;
const EXECUTABLE = 0o100;

/** Longer than any path that an operating system takes. */
const MAX_LINK_TARGET = 4096;

/**
 * The files and links of a zip archive. Its table of contents is at its end, so it is kept in a
 * temporary file below the working directory for as long as it is read.
 *
 * @throws as {@link TreeMeter.add}, and Error for what is no archive, or holds dangerous paths
 */
export async function* readZip(
  archive: Readable,
  limits: ReadingLimits,
  workingDirectory: string,
): AsyncGenerator<TreeEntry> {
  const directory = await mkdtemp(join(workingDirectory, 'backstage-archive-'));
  try {
    const file = join(directory, 'archive.zip');
    await pipeline(archive, createWriteStream(file));
    yield* readZipFile(file, limits);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function* readZipFile(file: string, limits: ReadingLimits): AsyncGenerator<TreeEntry> {
  const yauzl = await import('yauzl');
  // Sizes are held against what really comes out, names against leaving the archive.
  const zip = await yauzl.openPromise(file, { autoClose: false, validateEntrySizes: true });
  const meter = new TreeMeter(limits);
  try {
    for await (const entry of zip.eachEntry()) {
      meter.add(entry.uncompressedSize);
      if (!entry.fileName.endsWith('/')) yield await toTreeEntry(zip, entry);
    }
  } finally {
    zip.close();
  }
}

async function toTreeEntry(zip: ZipFile, entry: Entry): Promise<TreeEntry> {
  // Zero where the archive was not made on a Unix.
  const mode = entry.externalFileAttributes >>> 16;
  const open = () => zip.openReadStreamPromise(entry);
  const isLink = (mode & FILE_TYPE) === LINK && entry.uncompressedSize <= MAX_LINK_TARGET;
  return {
    path: entry.fileName,
    size: entry.uncompressedSize,
    executable: (mode & EXECUTABLE) !== 0,
    lastModifiedAt: entry.getLastModDate(),
    ...(isLink && { linkTarget: await text(await open()) }),
    open,
  };
}
