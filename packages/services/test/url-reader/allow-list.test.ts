import { ConfigReader, type JsonObject } from '@stagewire/config';
import { describe, expect, it } from 'vitest';
import { readAllowList } from '../../src/url-reader/allow-list.js';

describe('the list of allowed hosts', () => {
  it('[URL-8] allows nothing when there are no rules', () => {
    expect(readAllowList(new ConfigReader({}))(new URL('http://a.example/'))).toBe(false);
  });

  it.each([
    ['a.example', 'https://a.example/x', true],
    ['A.Example', 'https://a.example/x', true],
    ['a.example', 'https://b.a.example/x', false],
    ['a.example', 'https://a.example.evil/x', false],
    ['*.a.example', 'https://b.a.example/x', true],
    ['*.a.example', 'https://c.b.a.example/x', true],
    ['*.a.example', 'https://a.example/x', false],
    ['*.a.example', 'https://evila.example/x', false],
    ['[::1]', 'http://[::1]/x', true],
    ['[::1]:8080', 'http://[::1]:8080/x', true],
  ])('[URL-8] host rule %s, URL %s: %s', (host, url, allowed) => {
    expect(isAllowed({ host }, url)).toBe(allowed);
  });

  it.each([
    ['a.example', 'https://a.example:8080/', false],
    ['a.example:8080', 'https://a.example:8080/', true],
    ['a.example:8080', 'https://a.example:8081/', false],
    ['a.example:8080', 'https://a.example/', false],
    ['a.example:443', 'https://a.example/', true],
    ['a.example:443', 'http://a.example/', false],
    ['a.example:8000-8999', 'https://a.example:8000/', true],
    ['a.example:8000-8999', 'https://a.example:8999/', true],
    ['a.example:8000-8999', 'https://a.example:9000/', false],
    ['*.a.example:8000-8999', 'https://b.a.example:8500/', true],
  ])('[URL-8] port rule %s, URL %s: %s', (host, url, allowed) => {
    expect(isAllowed({ host }, url)).toBe(allowed);
  });

  it.each([
    ['/docs', '/docs', true],
    ['/docs', '/docs/', true],
    ['/docs', '/docs/a/b', true],
    ['/docs', '/docsier', false],
    ['/docs/', '/docs', false],
    ['/docs/', '/docs/a', true],
    ['docs', '/docs/a', true],
    ['/', '/anything', true],
    ['/docs', '/docs/../secret', false],
    ['/docs', '/docs/%2e%2e/secret', false],
    ['/docs', '/docs/..%2Fsecret', false],
    ['/docs', '/docs/..%5Csecret', false],
    ['/docs', '/secret/..%2Fdocs', false],
    ['/docs', '/docs/%ff', false],
    ['/a b', '/a%20b/c', true],
    ['/projects/g%2Fp', '/projects/g%2Fp/raw', true],
  ])('[URL-8] path rule %s, path %s: %s', (rule, path, allowed) => {
    expect(isAllowed({ host: 'a.example', paths: [rule] }, `https://a.example${path}`)).toBe(
      allowed,
    );
  });

  it('knows the schemes http and https only', () => {
    expect(isAllowed({ host: 'a.example' }, 'ftp://a.example/x')).toBe(false);
  });

  it.each([
    'a.example:http',
    'a.example:0',
    'a.example:70000',
    'a.example:9-1',
    'http://a.example',
  ])('refuses the host %s, and names the key', (host) => {
    const config = new ConfigReader({ backend: { reading: { allow: [{ host }] } } });

    expect(() => readAllowList(config)).toThrow(
      expect.objectContaining({
        code: 'E_URL_ALLOWED_HOST',
        message: expect.stringContaining('backend.reading.allow[0].host'),
      }),
    );
  });
});

function isAllowed(rule: JsonObject, url: string): boolean {
  return readAllowList(new ConfigReader({ backend: { reading: { allow: [rule] } } }))(new URL(url));
}
