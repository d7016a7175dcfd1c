import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isChildPath, resolveSafeChildPath } from '../src/index.js';

let root: string;
let base: string;

// root/outside/secret   root/base-too/   root/door -> root/base
// root/base/inside/file   and in root/base links: out -> outside, in -> inside,
// dangling -> root/nowhere, dangling-in -> inside/not-yet, loop -> loop
beforeAll(() => {
  root = realpathSync(mkdtempSync(path.join(tmpdir(), 'child-path-')));
  base = path.join(root, 'base');
  for (const folder of ['outside', 'base-too', 'base/inside']) {
    mkdirSync(path.join(root, folder), { recursive: true });
  }
  writeFileSync(path.join(root, 'outside/secret'), 'x');
  writeFileSync(path.join(base, 'inside/file'), 'x');
  symlinkSync(base, path.join(root, 'door'));
  symlinkSync('../outside', path.join(base, 'out'));
  symlinkSync('inside', path.join(base, 'in'));
  symlinkSync('../nowhere', path.join(base, 'dangling'));
  symlinkSync('inside/not-yet', path.join(base, 'dangling-in'));
  symlinkSync('loop', path.join(base, 'loop'));
});

afterAll(() => rmSync(root, { recursive: true }));

describe('resolveSafeChildPath', () => {
  it.each([
    '.',
    '',
    'inside/file',
    'not/there/yet',
    'inside/../inside',
    '../base/inside',
    'in/file',
    'in/not-yet',
    'dangling-in',
    '..hidden',
    '...',
  ])('[W2.9] resolves %j, which stays inside', (child) => {
    expect(resolveSafeChildPath(base, child)).toBe(path.resolve(base, child));
  });

  it.each([
    '..',
    '../outside/secret',
    '../base-too',
    'inside/../../outside',
    '/etc/passwd',
    'out',
    'out/secret',
    'out/not/there/yet',
    'in/../../outside/secret',
    'dangling',
    'dangling/file',
  ])('[W2.9] refuses %j, which leads out', (child) => {
    expect(() => resolveSafeChildPath(base, child)).toThrowError(
      expect.objectContaining({
        name: 'NotAllowedError',
        message: 'Relative path is not allowed to refer to a directory outside its parent',
      }),
    );
  });

  it('[W2.9] takes absolute paths that are inside', () => {
    const file = path.join(base, 'inside/file');

    expect(resolveSafeChildPath(base, file)).toBe(file);
  });

  it('[W2.9] keeps a base that is a link as it is written', () => {
    const door = path.join(root, 'door');

    expect(resolveSafeChildPath(door, 'inside/file')).toBe(path.join(door, 'inside/file'));
  });

  it('[W2.9] refuses links that lead nowhere but to themselves', () => {
    expect(() => resolveSafeChildPath(base, 'loop')).toThrowError(/ELOOP/);
  });

  it('[W2.9] works for a base that does not exist', () => {
    const missing = path.join(root, 'missing');

    expect(resolveSafeChildPath(missing, 'a/b')).toBe(path.join(missing, 'a/b'));
    expect(() => resolveSafeChildPath(missing, '../base')).toThrowError(/not allowed/);
  });
});

describe('isChildPath', () => {
  it('is true for the folder itself and what is below it', () => {
    expect(isChildPath(base, base)).toBe(true);
    expect(isChildPath(base, path.join(base, 'inside/file'))).toBe(true);
    expect(isChildPath(path.join(root, 'door'), path.join(base, 'inside'))).toBe(true);
  });

  it('is false for what is above, beside or behind a link', () => {
    expect(isChildPath(base, root)).toBe(false);
    expect(isChildPath(base, path.join(root, 'base-too'))).toBe(false);
    expect(isChildPath(base, path.join(base, 'out/secret'))).toBe(false);
  });
});
