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

  it('makes room by dropping what was not used for longest', () => {
    const map = new ExpiringMap<string, number>(2);
    map.set('a', 1, Infinity);
    map.set('b', 2, Infinity);
    map.get('a');

    map.set('c', 3, Infinity);

    expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([1, undefined, 3]);
    expect(map.size).toBe(2);
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
