import { posix } from 'node:path';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { NotAllowedError } from '@stagewire/errors';

const BLOCK = 512;

/** Longer names, and names in other scripts, are told in an extended header before the file. */
const MAX_NAME = 100;

type TarFile = { path: string; data: Readable; lastModifiedAt?: Date };

/**
 * Packs files into a tar archive (POSIX pax), one file in memory at a time.
 *
 * @throws NotAllowedError when a path leads out of the archive
 */
export async function* packTar(files: readonly TarFile[]): AsyncGenerator<Buffer> {
  for (const { path, data, lastModifiedAt } of files) {
    const name = toEntryName(path);
    const content = await buffer(data);
    const modifiedAt = lastModifiedAt ?? new Date();
    if (needsExtendedHeader(name)) {
      const record = extendedRecord('path', name);
      yield header({ name: 'pax', size: record.length, modifiedAt, type: 'x' });
      yield padded(record);
    }
    yield header({ name, size: content.length, modifiedAt, type: '0' });
    yield padded(content);
  }
  yield Buffer.alloc(2 * BLOCK); // two empty blocks end an archive
}

function toEntryName(path: string): string {
  const name = posix.normalize(path);
  if (posix.isAbsolute(name) || name === '..' || name.startsWith('../')) {
    throw new NotAllowedError(
      'Relative path is not allowed to refer to a directory outside its parent',
    );
  }
  return name;
}

function needsExtendedHeader(name: string): boolean {
  return Buffer.byteLength(name) > MAX_NAME || Buffer.byteLength(name) !== name.length;
}

/** `<length of the whole record> <key>=<value>\n`: the length counts its own digits. */
function extendedRecord(key: string, value: string): Buffer {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest + String(rest).length;
  if (String(length).length > String(rest).length) length = rest + String(length).length;
  return Buffer.from(`${length} ${key}=${value}\n`);
}

function header(entry: { name: string; size: number; modifiedAt: Date; type: string }): Buffer {
  const block = Buffer.alloc(BLOCK);
  block.write(entry.name, 0, MAX_NAME);
  block.write(octal(0o644, 7), 100); // mode
  block.write(octal(0, 7), 108); // user id
  block.write(octal(0, 7), 116); // group id
  block.write(octal(entry.size, 11), 124);
  block.write(octal(Math.max(0, Math.floor(entry.modifiedAt.getTime() / 1000)), 11), 136);
  block.write(' '.repeat(8), 148); // the checksum is taken with blanks in its own place
  block.write(entry.type, 156);
  block.write('ustar\0', 257);
  block.write('00', 263); // version
  const checksum = block.reduce((sum, byte) => sum + byte, 0);
  block.write(`${octal(checksum, 6)}\0 `, 148);
  return block;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}

function padded(content: Buffer): Buffer {
  const missing = (BLOCK - (content.length % BLOCK)) % BLOCK;
  return missing === 0 ? content : Buffer.concat([content, Buffer.alloc(missing)]);
}
