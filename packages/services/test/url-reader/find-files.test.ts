import { describe, expect, it } from 'vitest';
import { findFolder, isPattern } from '../../src/url-reader/find-files.js';

describe('a pattern', () => {
  it.each([
    ['a/b/*.yaml', true],
    ['a/?.yaml', true],
    ['a/b.yaml', false],
    ['a/[b].yaml', false],
  ])('%s: %s', (path, expected) => {
    expect(isPattern(path)).toBe(expected);
  });

  it.each([
    ['a/b/*.yaml', 'a/b'],
    ['**/c.yaml', ''],
    ['a/{b,c}/*.yaml', 'a'],
    ['a/b', 'a'],
    ['*', ''],
  ])('%s begins in the folder "%s"', (pattern, folder) => {
    expect(findFolder(pattern)).toBe(folder);
  });
});
