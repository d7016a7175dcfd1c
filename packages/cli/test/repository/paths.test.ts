import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isInside, toRepositoryPath } from '../../src/repository/paths.js';

const root = resolve('/repository');

describe('isInside', () => {
  it('takes a folder itself and all below it, whatever it is called', () => {
    const paths = ['.', 'src', '..hidden', '..', '../repository-2'];

    expect(paths.map((path) => isInside(join(root, path), root))).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
  });
});

describe('toRepositoryPath', () => {
  it('is relative to the root, with slashes', () => {
    expect(toRepositoryPath(join(root, 'plugins', 'todo'), root)).toBe('plugins/todo');
    expect(toRepositoryPath(root, root)).toBe('.');
  });
});
