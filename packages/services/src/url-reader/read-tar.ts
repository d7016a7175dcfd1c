import { PassThrough, Readable } from 'node:stream';
import type { ReadEntry } from 'tar';
import type { ReadingLimits } from './reading-limits.js';
import { TreeMeter, type TreeEntry } from './tree-entry.js';

/** A mode with this bit is that of a program. */
const EXECUTABLE = 0o100;

/**
 * The files and links of a tar archive, compressed or not. Leaving early, or failing, destroys
 * the stream.
 *
 * @throws as {@link TreeMeter.add}, and Error for what is no archive, or only part of one
 */
export async function* readTar(
  archive: Readable,
  limits: ReadingLimits,
): AsyncGenerator<TreeEntry> {
  const { Parser } = await import('tar');
  const meter = new TreeMeter(limits);
  // The parser waits with each entry until the one before has been read.
  const waiting = new PassThrough({ objectMode: true });
  const parser = new Parser({ strict: true });
  let current: ReadEntry | undefined;
  const fail = (error: Error) => {
    current?.destroy(error);
    waiting.destroy(error);
  };
  parser.on('entry', (entry: ReadEntry) => waiting.write(entry));
  parser.on('end', () => waiting.end());
  parser.on('error', fail);
  archive.on('error', fail);
  try {
    archive.pipe(parser as unknown as NodeJS.WritableStream);
    for await (const entry of waiting as AsyncIterable<ReadEntry>) {
      current = entry;
      // Nobody may be listening yet when it fails; who reads it later is told as well.
      entry.on('error', () => {});
      meter.add(entry.size);
      const read = toTreeEntry(entry);
      if (read) yield read;
      entry.resume();
    }
  } finally {
    archive.unpipe();
    archive.destroy();
    waiting.destroy();
  }
}

function toTreeEntry(entry: ReadEntry): TreeEntry | undefined {
  const { path, size, mtime, type, linkpath, mode = 0 } = entry;
  const isLink = type === 'SymbolicLink';
  // Folders follow from their files; hard links and devices are not in any repository.
  if (!isLink && type !== 'File' && type !== 'OldFile' && type !== 'ContiguousFile')
    return undefined;
  return {
    path,
    size,
    executable: (mode & EXECUTABLE) !== 0,
    lastModifiedAt: mtime,
    ...(isLink && { linkTarget: linkpath ?? '' }),
    open: async () => Readable.from(entry, { objectMode: false }),
  };
}
