import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readdir,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  isOwnFolder,
  readCacheFile,
  removeOldCacheFiles,
  writeCacheFile,
} from '../../src/loading/cache-file.js';

const isPosix = process.platform !== 'win32';
const program = '0123456789abcdef';
let root: string;
let folder: string;
let file: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'stagewire-cache-file-'));
  folder = join(root, '.cache/stagewire');
  file = join(folder, `${program}.code`);
});
afterEach(() => rm(root, { recursive: true, force: true }));

const write = (text = 'text') => writeCacheFile(file, async () => [text]);
const read = () => readCacheFile(file)?.toString();

describe('a file of the cache', () => {
  it('is read as it was written, by its owner alone', async () => {
    await write();

    const modes = await Promise.all([folder, file].map(async (path) => (await stat(path)).mode));

    expect(read()).toBe('text');
    if (isPosix) expect(modes.map((mode) => mode & 0o777)).toEqual([0o700, 0o600]);
  });

  it('that is missing or no file is not there', async () => {
    expect(read()).toBeUndefined();
    await mkdir(file, { recursive: true });
    expect(read()).toBeUndefined();
  });

  it.runIf(isPosix)('that others may have written is not read', async () => {
    await write();
    await chmod(file, 0o620);
    expect(read()).toBeUndefined();

    await chmod(file, 0o600);
    await chmod(folder, 0o770);
    expect([read(), isOwnFolder(folder)]).toEqual([undefined, false]);
  });

  it.runIf(process.geteuid?.() === 0)('of another user is not read', async () => {
    await write();
    await chown(file, 12345, 12345);

    expect(read()).toBeUndefined();
  });

  it('is not even made where it cannot be written', async () => {
    await writeFile(join(root, '.cache'), 'no folder');
    let isMade = false;

    const writing = writeCacheFile(file, async () => {
      isMade = true;
      return [];
    });

    await expect(writing).rejects.toThrow();
    expect(isMade).toBe(false);
  });

  it('stays as it was when the next one fails', async () => {
    await write();

    const writing = writeCacheFile(file, () => Promise.reject(new Error('no')));

    await expect(writing).rejects.toThrow('no');
    expect([read(), await readdir(folder)]).toEqual(['text', [`${program}.code`]]);
  });
});

describe('old files', () => {
  it('go, but for those of the programs used last', async () => {
    const others = Array.from({ length: 9 }, (_, index) => `${index}`.repeat(16));
    const names = [program, ...others].flatMap((each) => [`${each}.code`, `${each}.json`]);
    await write();
    for (const [index, name] of names.entries()) {
      await writeFile(join(folder, name), '');
      await utimes(join(folder, name), 1_000 + index, 1_000 + index);
    }

    await removeOldCacheFiles(folder, program);

    const left = [program, ...others.slice(2)].flatMap((each) => [`${each}.code`, `${each}.json`]);
    expect((await readdir(folder)).sort()).toEqual(left.sort());
    expect((await stat(file)).mtimeMs).toBeGreaterThan(Date.now() - 60_000);
  });

  it('that nobody has finished go after an hour, and what is not ours stays', async () => {
    const [abandoned, current] = [1, 2].map(
      (n) => `${program}.code.${n}0000000-0000-4000-8000-000000000000`,
    );
    await mkdir(folder, { recursive: true });
    for (const name of [abandoned!, current!, 'notes.txt']) await writeFile(join(folder, name), '');
    await utimes(join(folder, abandoned!), 1_000, 1_000);
    await utimes(join(folder, 'notes.txt'), 1_000, 1_000);

    await removeOldCacheFiles(folder, program);

    expect((await readdir(folder)).sort()).toEqual([current, 'notes.txt']);
  });

  it('are nobody’s concern when there are none', async () => {
    await mkdir(dirname(file), { recursive: true });

    await expect(removeOldCacheFiles(folder, program)).resolves.toBeUndefined();
  });
});
