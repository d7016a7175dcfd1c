import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type * as TarLibrary from 'tar';
import type { TreeEntries, TreeEntry } from './tree-entry.js';

type Tar = typeof TarLibrary;

const BLOCK = 512;

/** Packs files into a tar archive, one file in memory at a time. */
export function packTar(entries: TreeEntries): Readable {
  return Readable.from(pack(entries), { objectMode: false });
}

async function* pack(entries: TreeEntries): AsyncGenerator<Buffer> {
  const tar = await import('tar');
  for await (const entry of entries) yield* packEntry(tar, entry);
  yield Buffer.alloc(2 * BLOCK); // two empty blocks end an archive
}

async function* packEntry({ Header, Pax }: Tar, entry: TreeEntry): AsyncGenerator<Buffer> {
  const isLink = entry.linkTarget !== undefined;
  const content = isLink ? Buffer.alloc(0) : await buffer(await entry.open());
  const data = {
    path: entry.path,
    type: isLink ? 'SymbolicLink' : 'File',
    linkpath: entry.linkTarget,
    mode: entry.executable ? 0o755 : 0o644,
    size: content.length,
    mtime: entry.lastModifiedAt ?? new Date(),
  } as const;
  const header = new Header(data);
  const block = Buffer.alloc(BLOCK);
  // Long names, and names in other scripts, are told in an extended header before the file.
  if (header.encode(block)) yield new Pax({ path: data.path, linkpath: data.linkpath }).encode();
  yield block;
  yield padded(content);
}

function padded(content: Buffer): Buffer {
  const missing = (BLOCK - (content.length % BLOCK)) % BLOCK;
  return missing === 0 ? content : Buffer.concat([content, Buffer.alloc(missing)]);
}
