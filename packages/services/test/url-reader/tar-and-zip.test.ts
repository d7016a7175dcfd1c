import { EventEmitter, once } from 'node:events';
import { mkdtemp, readFile, readdir, readlink, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';
import { ConfigReader, type JsonObject } from '@stagewire/config';
import type { ReadTreeResponseFactoryOptions } from '@stagewire/plugin-api';
import { Header } from 'tar';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createTreeResponseFactory } from '../../src/url-reader/tree-response-factory.js';
import { makeTar, makeZip, modified, type ArchiveFiles } from './support/archives.js';
import { readFiles } from './support/create-url-reader.js';

const sample: ArchiveFiles = {
  'top/': { type: 'Directory', mode: 0o755 },
  'top/readme.md': 'read me',
  'top/docs/': { type: 'Directory', mode: 0o755 },
  'top/docs/index.md': 'index',
  'top/docs/run.sh': { text: 'echo', mode: 0o755 },
  'top/docs/more/deep.md': 'deep',
  'top/docsier/other.md': 'other',
};

const all = { 'readme.md': 'read me', ...below('docs/'), 'docsier/other.md': 'other' };

function below(prefix: string) {
  return {
    [`${prefix}index.md`]: 'index',
    [`${prefix}run.sh`]: 'echo',
    [`${prefix}more/deep.md`]: 'deep',
  };
}

describe.each(['tar', 'zip'] as const)('a tree made of a %s archive', (format) => {
  it('[URL-6] [URL-7] tells its files, without the first directory', async () => {
    const { tree } = await setUp(format, sample);

    expect(tree.etag).toBe('e1');
    expect(await readFiles(tree)).toEqual(all);
  });

  it('[URL-6] tells the files of a folder, by their paths in it', async () => {
    const { tree } = await setUp(format, sample, { subpath: 'docs' });

    expect(await readFiles(tree)).toEqual(below(''));
  });

  it('[URL-6] asks the filter by path and size, and hands on what it throws', async () => {
    const asked: unknown[] = [];
    const filter = (path: string, info?: { size: number }) => {
      asked.push([path, info]);
      return path.endsWith('.sh');
    };
    const { tree } = await setUp(format, sample, { subpath: 'docs/', filter });
    expect(await readFiles(tree)).toEqual({ 'run.sh': 'echo' });
    expect(asked).toContainEqual(['index.md', { size: 5 }]);

    const { tree: refused, left } = await setUp(format, sample, { filter: refuse });
    await expect(refused.dir()).rejects.toThrow('no more');
    expect(await left()).toEqual([]);
  });

  it('[URL-6] is written to a directory, programs as programs', async () => {
    const { tree, workingDirectory, left } = await setUp(format, sample, { subpath: 'docs' });

    const directory = await tree.dir();

    expect((await left()).map((name) => join(workingDirectory, name))).toEqual([directory]);
    expect(await readFile(join(directory, 'more/deep.md'), 'utf8')).toBe('deep');
    expect((await stat(join(directory, 'run.sh'))).mode & 0o100).toBe(0o100);
    expect((await stat(join(directory, 'index.md'))).mode & 0o100).toBe(0);
  });

  it('[URL-6] can be consumed once', async () => {
    const { tree } = await setUp(format, sample);
    await tree.files();

    await expect(tree.dir()).rejects.toThrow('Response has already been read');
  });

  it('[URL-6] gives the archive itself, and of a folder a new one', async () => {
    const { tree, archive } = await setUp(format, sample);
    expect((await buffer(await tree.archive())).equals(archive)).toBe(true);

    const { tree: folder } = await setUp(format, sample, { subpath: 'docs' });
    const packed = Readable.from([await buffer(await folder.archive())]);
    const { tree: again } = await setUpStream('tar', packed, { stripFirstDirectory: false });
    expect(await readFiles(again)).toEqual(below(''));
  });

  it('[URL-6] keeps links that stay inside, and leaves out those that lead out', async () => {
    const { tree } = await setUp(format, {
      'top/a.txt': 'ay',
      'top/docs/up': { linkTarget: '../a.txt' },
      'top/docs/dangling': { linkTarget: 'nothing' },
      'top/absolute': { linkTarget: '/etc/passwd' },
      'top/out': { linkTarget: '../../etc' },
      'top/here': { linkTarget: '.' },
      'top/here/out': { linkTarget: '..' },
      'top/winding': { linkTarget: 'here/..' },
    });

    const directory = await tree.dir();

    expect((await readdir(directory)).toSorted()).toEqual(['a.txt', 'docs', 'here']);
    expect((await readdir(join(directory, 'docs'))).toSorted()).toEqual(['dangling', 'up']);
    expect(await readlink(join(directory, 'docs/up'))).toBe('../a.txt');
  });

  it('writes no file through a link of the archive', async () => {
    const { tree, workingDirectory } = await setUp(format, {
      'top/link': { linkTarget: '..' },
      'top/link/file': 'written',
    });

    const directory = await tree.dir();

    expect(await readFile(join(directory, 'link/file'), 'utf8')).toBe('written');
    expect(await readdir(workingDirectory)).toHaveLength(1);
  });

  it.each(['../evil', 'top/../../evil', '/evil'])('refuses the path %s', async (path) => {
    const { tree, left } = await setUp(format, { 'top/a': 'a', [path]: 'evil' });

    await expect(tree.dir()).rejects.toThrow();
    expect(await left()).toEqual([]);
  });

  it('is refused when it has too many entries, or too much in them', async () => {
    const few = await setUp(format, sample, {}, { maxTreeEntries: 3 });
    await expect(few.tree.files()).rejects.toMatchObject({ code: 'E_URL_TREE_ENTRIES' });

    const bomb = { 'top/bomb': 'x'.repeat(100_000) };
    const small = await setUp(format, bomb, { subpath: 'other' }, { maxTreeSize: 50_000 });
    await expect(small.tree.files()).rejects.toMatchObject({ code: 'E_URL_TREE_TOO_LARGE' });
    expect(small.stream.destroyed).toBe(true);
    expect(await small.left()).toEqual([]);
  });

  it('is refused when its end is missing, or when it is something else', async () => {
    const whole = format === 'tar' ? makeTar(sample) : makeZip(sample);
    const cut = await setUpStream(format, Readable.from([whole.subarray(0, -30)]));
    await expect(cut.tree.files()).rejects.toThrow();

    const page = await setUpStream(format, Readable.from(['<html>'.repeat(200)]));
    await expect(page.tree.files()).rejects.toThrow();
    expect(await page.left()).toEqual([]);
  });

  it('ends with the error of its stream, in the middle of a file as well', async () => {
    const whole = format === 'tar' ? makeTar({ 'top/a': noise(1_000_000) }) : makeZip(sample);
    const progress = new EventEmitter();
    const begun = once(progress, 'entry');
    async function* broken() {
      yield whole.subarray(0, whole.length / 2);
      // A zip is looked at when it is complete.
      if (format === 'tar') await begun;
      await turn();
      throw new Error('connection lost');
    }
    const filter = () => {
      progress.emit('entry');
      return true;
    };
    const { tree, left } = await setUpStream(format, Readable.from(broken()), { filter });

    await expect(tree.dir()).rejects.toThrow('connection lost');
    expect(await left()).toEqual([]);
  });

  it('is read from a response, with its ETag and within the limits', async () => {
    const files = { 'top/docs/a.md': 'ay', 'top/b.md': 'bee' };
    const whole = format === 'tar' ? makeTar(files) : makeZip(files);
    const response = new Response(new Uint8Array(whole), { headers: { etag: 'e2' } });
    const { factory } = await createFactory();
    const subpath = format === 'tar' ? 'docs' : 'top/docs';
    const tree = await read(factory, format, { response, subpath });
    expect([tree.etag, await readFiles(tree)]).toEqual(['e2', { 'a.md': 'ay' }]);

    const { factory: small } = await createFactory({ maxTreeSize: 10 });
    const large = { response: new Response(new Uint8Array(whole)), etag: '' };
    await expect(read(small, format, large).then((one) => one.files())).rejects.toMatchObject({
      code: 'E_URL_TREE_TOO_LARGE',
    });
  });
});

describe('a tree made of a tar archive', () => {
  it('[URL-7] keeps the first directory where it is asked to', async () => {
    const { tree } = await setUp('tar', sample, {
      stripFirstDirectory: false,
      subpath: 'top/docs',
    });

    const files = await tree.files();
    expect(files.map(({ path }) => path)).toEqual(['index.md', 'run.sh', 'more/deep.md']);
    expect(files[0]?.lastModifiedAt).toEqual(modified);
  });

  it('is refused by what a header announces, before anything is unpacked', async () => {
    const block = Buffer.alloc(512);
    new Header({ path: 'top/huge', size: 2 ** 40, type: 'File', mtime: modified }).encode(block);
    const endless = new PassThrough();
    endless.write(Buffer.concat([block, Buffer.alloc(4096)]));
    const { tree } = await setUpStream('tar', endless);

    await expect(tree.files()).rejects.toMatchObject({ code: 'E_URL_TREE_TOO_LARGE' });
  });

  it('leaves out hard links', async () => {
    const { tree } = await setUp('tar', {
      'top/a': 'a',
      'top/b': { type: 'Link', linkTarget: 'top/a' },
    });

    expect(await readFiles(tree)).toEqual({ a: 'a' });
  });
});

type Options = Partial<ReadTreeResponseFactoryOptions> & { stripFirstDirectory?: boolean };

type Format = 'tar' | 'zip';

/** Archives in zip have no first directory to leave out. */
async function setUp(
  format: Format,
  files: ArchiveFiles,
  options: Options = {},
  reading: JsonObject = {},
) {
  const stripped = Object.entries(files)
    .map(([path, file]) => [path.replace(/^top\//, ''), file] as const)
    .filter(([path]) => path !== '');
  const archive = format === 'tar' ? makeTar(files) : makeZip(Object.fromEntries(stripped));
  const stream = Readable.from([archive], { objectMode: false });
  return { archive, ...(await setUpStream(format, stream, options, reading)) };
}

async function setUpStream(
  format: Format,
  stream: Readable,
  options: Options = {},
  reading: JsonObject = {},
) {
  const { factory, workingDirectory } = await createFactory(reading);
  const tree = await read(factory, format, { stream, etag: 'e1', ...options } as Options);
  return { tree, stream, workingDirectory, left: () => readdir(workingDirectory) };
}

async function createFactory(reading: JsonObject = {}) {
  const workingDirectory = await mkdtemp(join(tmpdir(), 'tar-and-zip-'));
  onTestFinished(() => rm(workingDirectory, { recursive: true }));
  const config = new ConfigReader({ backend: { workingDirectory, reading } });
  return { factory: createTreeResponseFactory(config), workingDirectory };
}

function read(
  factory: ReturnType<typeof createTreeResponseFactory>,
  format: Format,
  options: Options,
) {
  const complete = options as ReadTreeResponseFactoryOptions;
  return format === 'tar' ? factory.fromTarArchive(complete) : factory.fromZipArchive(complete);
}

function refuse(): never {
  throw new Error('no more');
}

/** Text that does not compress, the same every time. */
function noise(length: number): string {
  let state = 1;
  return Array.from({ length }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return String.fromCodePoint(33 + (state % 90));
  }).join('');
}
