import { describe, expect, it } from 'vitest';
import { matchMount, normalizePath, pathOf, queryOf } from '../../src/http/mount-path.js';

describe('the path of a request', () => {
  it.each([
    ['/a/b?c=/d', '/a/b', 'c=/d'],
    ['/a', '/a', null],
    ['/a?', '/a', ''],
    ['/a#b?c', '/a', null],
    ['/a?b#c', '/a', 'b'],
    ['http://host:1/a?b', '/a', 'b'],
    ['http://host?x=/a', 'http://host', 'x=/a'],
    ['/a?u=http://host/b', '/a', 'u=http://host/b'],
    ['*', '*', null],
    ['', '', null],
  ])('%s is %s, with the query %s', (url, path, query) => {
    expect([pathOf(url), queryOf(url)]).toEqual([path, query]);
  });
});

describe('a mount path', () => {
  it.each([
    ['/api/x', 6],
    ['/API/X', 6],
    ['/api/x/', 7],
    ['/api/x/y', 6],
    ['/api/x//y', 7],
    ['/api/x//', 7],
    ['/api/xy', -1],
    ['/api/x.json', -1],
    ['/api', -1],
    ['/api//x', -1],
  ])('takes of %s so many characters: %d', (path, taken) => {
    expect(matchMount('/api/x', path)).toBe(taken);
  });

  it('is the same path in any case and with any number of slashes behind it', () => {
    expect(['/A/b', '/a/B/', '/a/b///'].map(normalizePath)).toEqual(['/a/b', '/a/b', '/a/b']);
  });
});
