import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import { Header, Pax } from 'tar';

/** A file of an archive: its text, or more about it. */
export type ArchiveFile =
  | string
  | { text?: string; mode?: number; linkTarget?: string; type?: 'Directory' | 'Link' };

export type ArchiveFiles = Record<string, ArchiveFile>;

export const modified = new Date('2026-08-01T00:00:00Z');

/** A tar archive as git writes it, compressed: a global header first, then the files. */
export function makeTar(files: ArchiveFiles): Buffer {
  const blocks: Buffer[] = [new Pax({ comment: 'a'.repeat(40) }, true).encode()];
  for (const [path, file] of Object.entries(files)) blocks.push(...packTarFile(path, file));
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

function packTarFile(path: string, file: ArchiveFile): Buffer[] {
  const { text = '', mode = 0o644, linkTarget, type } = toDetails(file);
  const content = Buffer.from(text);
  const block = Buffer.alloc(512);
  new Header({
    path,
    mode,
    size: content.length,
    mtime: modified,
    type: type ?? (linkTarget === undefined ? 'File' : 'SymbolicLink'),
    linkpath: linkTarget,
  }).encode(block);
  return [block, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
}

/** A zip archive: files, one after the other, and then the list of them. */
export function makeZip(files: ArchiveFiles): Buffer {
  const entries: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [path, file] of Object.entries(files)) {
    const { text = '', mode = 0o644, linkTarget } = toDetails(file);
    const content = Buffer.from(linkTarget ?? text);
    const packed = deflateRawSync(content);
    const name = Buffer.from(path);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0); // version needed
    common.writeUInt16LE(0x800, 2); // names are UTF-8
    common.writeUInt16LE(8, 4); // deflated
    common.writeUInt16LE(0x5d01, 8); // 2026-08-01
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(name.length, 22);
    const entry = Buffer.concat([Buffer.from('PK\x03\x04'), common, name, packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE((((linkTarget === undefined ? 0o100000 : 0o120000) | mode) << 16) >>> 0, 6);
    tail.writeUInt32LE(offset, 10);
    const madeByUnix = Buffer.from([20, 3]);
    directory.push(Buffer.from('PK\x01\x02'), madeByUnix, common, tail, name);
    entries.push(entry);
    offset += entry.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(Object.keys(files).length, 4);
  end.writeUInt16LE(Object.keys(files).length, 6);
  end.writeUInt32LE(list.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...entries, list, Buffer.from('PK\x05\x06'), end]);
}

function toDetails(file: ArchiveFile): Exclude<ArchiveFile, string> {
  return typeof file === 'string' ? { text: file } : file;
}
