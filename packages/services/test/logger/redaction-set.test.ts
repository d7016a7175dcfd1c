import { describe, expect, it } from 'vitest';
import { RedactionSet } from '../../src/logger/redaction-set.js';

const redacting = (...secrets: string[]) => {
  const set = new RedactionSet();
  set.add(secrets);
  return set;
};

describe('redaction', () => {
  it.each([
    ['at the start', 's3cret', 's3cret x', '*** x'],
    ['at the end', 's3cret', 'x s3cret', 'x ***'],
    ['as the whole text', 's3cret', 's3cret', '***'],
    ['several times', 's3cret', 's3crets3cret-s3cret', '******-***'],
    ['after a false start', 's3cret', 's3cres3cret', 's3cre***'],
    ['in a URL', 'a b/c', '/?t=a%20b%2Fc', '/?t=***'],
    ['beyond ASCII', 'gehöim-ß', 'x gehöim-ß y', 'x *** y'],
    ['not when it differs', 's3cret', 'S3CRET s3cre', 'S3CRET s3cre'],
  ])('[LOG-6] finds a secret %s', (_title, secret, text, expected) => {
    expect(redacting(secret).redact(text)).toBe(expected);
  });

  it('[LOG-6] prefers the longer of two secrets that begin alike', () => {
    expect(redacting('abc', 'abcdef', 'ab').redact('abcdef abc ab a')).toBe('*** *** *** a');
  });

  it('[LOG-6] trims secrets, and ignores those of one character', () => {
    const set = new RedactionSet();

    expect(set.add([' s3cret\n', 'x', ' ', ''])).toBe(1);
    expect(set.redact('x s3cret y')).toBe('x *** y');
  });

  it('counts each secret once', () => {
    const set = new RedactionSet();

    expect(set.add(['one-1', 'two-2', 'one-1'])).toBe(2);
    expect(set.add(['two-2', 'three-3'])).toBe(1);
  });

  it('keeps JSON whole, whatever the secret looks like', () => {
    const set = redacting('pa"ss\\word', '1234567890', 'line\none', 'key-name-1');
    const line = JSON.stringify({
      a: 'x pa"ss\\word y',
      n: 1_234_567_890,
      list: [12_345_678_901, true],
      json: JSON.stringify({ p: 'pa"ss\\word', l: 'line\none' }),
      'key-name-1': 'line\none',
    });

    expect(set.redactJson(`${line}\n`)).toBe(
      `${JSON.stringify({
        a: 'x *** y',
        n: '***',
        list: ['***', true],
        json: '{"p":"***","l":"***"}',
        '***': '***',
      })}\n`,
    );
  });

  it('returns the same line when there is nothing to hide', () => {
    const line = '{ "spaces": 1.0 }\n';

    expect(redacting('other').redactJson(line)).toBe(line);
  });

  it('forgets the secrets that were not seen for longest when there are too many', () => {
    const set = redacting('first-0', 'second-0');
    const many = Array.from({ length: 29_999 }, (_, index) => `n${index}-secret`);

    set.add([...many, 'second-0']);

    expect(set.redact('first-0 second-0 n0-secret n29998-secret')).toBe('first-0 *** *** ***');
  });

  it('takes one pass, however many secrets there are and however alike', () => {
    const set = redacting(
      ...Array.from({ length: 5000 }, (_, index) => `${index}-${'secret'.repeat(5)}`),
      `${'a'.repeat(200)}b`,
    );
    const text = `${'a'.repeat(100_000)} 17-${'secret'.repeat(5)}`;

    const start = performance.now();
    const redacted = set.redact(text);

    expect(redacted).toBe(`${'a'.repeat(100_000)} ***`);
    expect(performance.now() - start).toBeLessThan(1000);
  });
});
