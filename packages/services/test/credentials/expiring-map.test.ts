import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ExpiringMap } from '../../src/credentials/expiring-map.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: 1_000 });
});

afterEach(() => {
  vi.useRealTimers();
});

describe('an expiring map', () => {
  it('keeps an entry up to its end', () => {
    const map = new ExpiringMap<string, number>(10);
    map.set('a', 1, 2_000);
    vi.setSystemTime(1_999);
    expect(map.get('a')).toBe(1);

    vi.setSystemTime(2_000);

    expect(map.get('a')).toBeUndefined();
    expect(map.size).toBe(0);
  });

  it('makes room by dropping the oldest that was not used', () => {
    const map = new ExpiringMap<string, number>(2);
    map.set('a', 1, Infinity);
    map.set('b', 2, Infinity);
    map.get('a');

    map.set('c', 3, Infinity);

    expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([1, undefined, 3]);
    expect(map.size).toBe(2);
  });

  it('keeps what is new when all else was used, and drops the oldest', () => {
    const map = new ExpiringMap<string, number>(2);
    map.set('a', 1, Infinity);
    map.set('b', 2, Infinity);
    map.get('a');
    map.get('b');

    map.set('c', 3, Infinity);

    expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([undefined, 2, 3]);
  });

  it('keeps what is used again and again, however much is new', () => {
    const map = new ExpiringMap<string, number>(3);
    map.set('a', 1, Infinity);

    for (let index = 0; index < 100; index += 1) {
      expect(map.get('a')).toBe(1);
      map.set(`new ${index}`, index, Infinity);
    }

    expect(map.size).toBe(3);
  });

  it('replaces and forgets entries', () => {
    const map = new ExpiringMap<string, number>(2);
    map.set('a', 1, 1_500);
    map.set('a', 2, Infinity);
    map.set('b', 3, Infinity);
    map.delete('b');
    map.delete('unknown');
    vi.setSystemTime(9_999);

    expect([map.get('a'), map.get('b'), map.size]).toEqual([2, undefined, 1]);
  });
});
