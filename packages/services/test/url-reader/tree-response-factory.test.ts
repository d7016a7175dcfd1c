import { mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { ConfigReader } from '@stagewire/config';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createTreeResponseFactory } from '../../src/url-reader/tree-response-factory.js';

const modified = new Date('2026-08-01T00:00:00Z');

describe('a tree made of files', () => {
  it('[URL-7] tells its files, whose content can be read again', async () => {
    const tree = await createTree();

    const files = await tree.files();

    expect(tree.etag).toBe('');
    expect(files.map(({ path, lastModifiedAt }) => ({ path, lastModifiedAt }))).toEqual([
      { path: 'a.txt', lastModifiedAt: modified },
      { path: 'docs/b.txt', lastModifiedAt: undefined },
    ]);
    expect(String(await files[1]!.content())).toBe('bee');
    expect(String(await files[1]!.content())).toBe('bee');
  });

  it('[URL-6] is written to a new directory below backend.workingDirectory', async () => {
    const workingDirectory = await temporaryDirectory();
    const tree = await createTree(sampleFiles(), workingDirectory);

    const directory = await tree.dir();

    expect(dirname(directory)).toBe(workingDirectory);
    expect(directory).toMatch(/backstage-\w{6}$/);
    expect(await readFile(join(directory, 'docs/b.txt'), 'utf8')).toBe('bee');
    expect((await stat(join(directory, 'a.txt'))).mtime).toEqual(modified);
  });

  it('[URL-6] is written to the temporary directory of the machine by default', async () => {
    const directory = await (await createTree()).dir();
    onTestFinished(() => rm(directory, { recursive: true }));

    expect(dirname(directory)).toBe(tmpdir());
  });

  it('[URL-6] is written to a given directory', async () => {
    const targetDir = await temporaryDirectory();

    expect(await (await createTree()).dir({ targetDir })).toBe(targetDir);
    expect(await readdir(targetDir)).toEqual(['a.txt', 'docs']);
  });

  it('[URL-6] can be consumed once', async () => {
    const tree = await createTree();
    await tree.files();

    const refusal = 'Response has already been read';
    await expect(tree.files()).rejects.toThrow(refusal);
    await expect(tree.archive()).rejects.toThrow(refusal);
    await expect(tree.dir()).rejects.toThrow(refusal);
  });

  it('does not leave its directory, and removes it when that is tried', async () => {
    const workingDirectory = await temporaryDirectory();
    const files = [...sampleFiles(), { path: '../../evil', data: Readable.from(['x']) }];

    const outside = { name: 'NotAllowedError' };
    await expect((await createTree(files, workingDirectory)).dir()).rejects.toMatchObject(outside);
    expect(await readdir(workingDirectory)).toEqual([]);
  });
});

describe('the archive of a tree', () => {
  it('[URL-6] is a tar archive of all files', async () => {
    const tree = await createTree();

    expect(await unpack(await tree.archive())).toEqual([
      { name: 'a.txt', type: '0', modifiedAt: modified, content: 'ay' },
      { name: 'docs/b.txt', type: '0', modifiedAt: expect.any(Date), content: 'bee' },
    ]);
  });

  it('holds long names, names in any script, and contents of any size', async () => {
    const long = `${'d'.repeat(90)}/${'e'.repeat(90)}/${'f'.repeat(90)}`;
    const script = 'ürümqi/文.txt';
    const tree = await createTree([
      { path: long, data: Readable.from(['x'.repeat(512)]) },
      { path: script, data: Readable.from(['y'.repeat(513)]) },
      { path: 'empty', data: Readable.from([]) },
    ]);

    const entries = await unpack(await tree.archive());

    expect(entries.filter(({ type }) => type === 'x').map(({ content }) => content)).toEqual([
      `${long.length + 10} path=${long}\n`,
      `${Buffer.byteLength(script) + 9} path=${script}\n`,
    ]);
    expect(entries.filter(({ type }) => type === '0').map(({ content }) => content.length)).toEqual(
      [512, 513, 0],
    );
  });

  it('holds no names that lead out of it', async () => {
    for (const path of ['../evil', 'a/../../evil', '/evil']) {
      const archive = await (await createTree([{ path, data: Readable.from([]) }])).archive();
      await expect(buffer(archive)).rejects.toMatchObject({ name: 'NotAllowedError' });
    }
  });
});

function sampleFiles() {
  return [
    { path: 'a.txt', data: Readable.from(['ay']), lastModifiedAt: modified },
    { path: 'docs/b.txt', data: Readable.from(['b', 'ee']) },
  ];
}

async function createTree(
  files: Parameters<
    ReturnType<typeof createTreeResponseFactory>['fromReadableArray']
  >[0] = sampleFiles(),
  workingDirectory?: string,
) {
  const backend = workingDirectory ? { workingDirectory } : {};
  return createTreeResponseFactory(new ConfigReader({ backend })).fromReadableArray(files);
}

async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'tree-response-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  return directory;
}

/** Reads a tar archive by the book, its checksums and its end included. */
async function unpack(archive: NodeJS.ReadableStream) {
  const bytes = await buffer(archive);
  expect(bytes.length % 512).toBe(0);
  expect(bytes.subarray(-1024).every((byte) => byte === 0)).toBe(true);
  const entries = [];
  for (let at = 0; bytes[at] !== 0;) {
    const header = bytes.subarray(at, at + 512);
    const field = (start: number, length: number) =>
      String(header.subarray(start, start + length)).replace(/[\0 ].*$/s, '');
    const blanked = Buffer.from(header).fill(' ', 148, 156);
    expect(Number.parseInt(field(148, 8), 8)).toBe(blanked.reduce((sum, byte) => sum + byte, 0));
    const size = Number.parseInt(field(124, 12), 8);
    entries.push({
      name: field(0, 100),
      type: field(156, 1),
      modifiedAt: new Date(Number.parseInt(field(136, 12), 8) * 1000),
      content: String(bytes.subarray(at + 512, at + 512 + size)),
    });
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return entries;
}
