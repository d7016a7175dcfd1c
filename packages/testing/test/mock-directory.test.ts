import { existsSync, readlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createMockDirectory, type MockDirectoryContent } from '../src/index.js';

const content: MockDirectoryContent = {
  'test.txt': 'text',
  'sub-dir': { 'file.md': '# md', 'deep/data.json': '{}' },
  empty: {},
  binary: Buffer.from([0, 1, 2]),
};

function create(options: Parameters<typeof createMockDirectory>[0] = {}) {
  const directory = createMockDirectory(options);
  onTestFinished(() => directory[Symbol.dispose]());
  return directory;
}

describe('createMockDirectory', () => {
  it('holds what it is given, and gives it back, each directory by itself', () => {
    const directory = create({ content });

    expect(dirname(directory.path)).toBe(process.env['RUNNER_TEMP'] || tmpdir());
    expect(directory.content()).toEqual({
      ...content,
      'sub-dir': { 'file.md': '# md', deep: { 'data.json': '{}' } },
    });
  });

  it('adds, replaces and clears', () => {
    const directory = create({ content });
    const { clear } = directory;

    directory.addContent({ 'test.txt': 'other', more: { 'a.txt': '' } });
    expect(Object.keys(directory.content()!).toSorted()).toEqual([
      'binary',
      'empty',
      'more',
      'sub-dir',
      'test.txt',
    ]);
    directory.setContent({ 'b.txt': 'b' });
    expect(directory.content()).toEqual({ 'b.txt': 'b' });
    clear();
    expect(directory.content()).toEqual({});
  });

  it('reads a part, as text or bytes', () => {
    const directory = create({ content });

    expect(directory.content({ path: 'sub-dir/deep', shouldReadAsText: false })).toEqual({
      'data.json': Buffer.from('{}'),
    });
    expect(directory.content({ path: directory.resolve('empty') })).toEqual({});
    expect(directory.content({ path: 'nowhere' })).toBeUndefined();
    const asked: string[] = [];
    directory.content({ shouldReadAsText: (path) => asked.push(path) > 0 });
    expect(asked.toSorted()).toEqual([
      'binary',
      'sub-dir/deep/data.json',
      'sub-dir/file.md',
      'test.txt',
    ]);
  });

  it('has links, by a function that is told the path', () => {
    const directory = create();

    directory.setContent({ 'a.txt': 'a', 'links/b.txt': ({ symlink }) => symlink('../a.txt') });

    expect(readlinkSync(directory.resolve('links/b.txt'))).toBe('../a.txt');
    expect(directory.content()).toEqual({ 'a.txt': 'a', links: { 'b.txt': 'a' } });
  });

  it('refuses what leads out of it', () => {
    const directory = create();
    const refused = expect.objectContaining({ code: 'E_MOCK_DIRECTORY' });

    expect(() => directory.addContent({ '../a.txt': '' })).toThrow(refused);
    expect(() => directory.content({ path: '/' })).toThrow(refused);
    expect(() => directory.content({ path: '..' })).toThrow(
      'Provided path must resolve to a child path of the mock directory',
    );
  });

  it('is gone when it is removed', () => {
    const directory = create({ content });

    directory.remove();
    directory.remove();

    expect(existsSync(directory.path)).toBe(false);
    expect(directory.content()).toBeUndefined();
  });

  it('is the temporary directory of the system when told so, one at a time', () => {
    const real = tmpdir();
    const directory = create({ mockOsTmpDir: true });

    expect(tmpdir()).toBe(directory.path);
    expect(() => createMockDirectory({ mockOsTmpDir: true })).toThrow(
      expect.objectContaining({
        code: 'E_MOCK_TMPDIR',
        message: 'Cannot mock os.tmpdir() when it has already been mocked',
      }),
    );
    directory[Symbol.dispose]();
    directory[Symbol.dispose]();
    expect(tmpdir()).toBe(real);
  });
});
