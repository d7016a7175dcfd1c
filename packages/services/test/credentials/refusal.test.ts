import { describe, expect, it } from 'vitest';
import { digestOf } from '../../src/credentials/digest.js';
import { loggable } from '../../src/credentials/refusal.js';

describe('text of a caller in the log', () => {
  it.each([
    ['catalog', 'catalog'],
    ['"exp" claim timestamp check failed', '"exp" claim timestamp check failed'],
    [['a', 'b\nc'], 'a, <unprintable>'],
    ['two\nlines', '<unprintable>'],
    ['\u001b[31mred', '<unprintable>'],
    ['ü', '<unprintable>'],
    ['', '<unprintable>'],
    ['x'.repeat(201), '<unprintable>'],
    [undefined, '<undefined>'],
    [null, '<null>'],
    [7, '<number>'],
    [{ a: 1 }, '<object>'],
  ])('%j becomes %j', (value, expected) => {
    expect(loggable(value)).toBe(expected);
  });
});

describe('a digest', () => {
  it('is of one length, and tells apart texts that only join to the same', () => {
    expect(digestOf('')).toHaveLength(44);
    expect(digestOf('x'.repeat(10_000))).toHaveLength(44);
    expect(digestOf('ab', 'c')).not.toBe(digestOf('a', 'bc'));
    expect(digestOf('a', '')).not.toBe(digestOf('a'));
    expect(digestOf('a,1:b')).not.toBe(digestOf('a', 'b'));
  });
});
