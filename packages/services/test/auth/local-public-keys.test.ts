import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LocalPublicKeys } from '../../src/auth/local-public-keys.js';

const { publicKey: key } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const published = (id: string, expiresAt?: number) => ({
  id,
  algorithm: 'ES256',
  key,
  ...(expiresAt !== undefined && { expiresAt }),
});

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: 1_000 });
});

afterEach(() => {
  vi.useRealTimers();
});

describe('the public keys of this process', () => {
  it('are found by plugin, id and algorithm', () => {
    const keys = new LocalPublicKeys();
    keys.add('catalog', published('a'));
    keys.add('catalog', published('b'));

    expect(keys.find('catalog', 'a', 'ES256')).toBe(key);
    expect(keys.find('catalog', 'b', 'ES256')).toBe(key);
    expect(keys.find('catalog', 'c', 'ES256')).toBeUndefined();
    expect(keys.find('catalog', 'a', 'RS256')).toBeUndefined();
    expect(keys.find('search', 'a', 'ES256')).toBeUndefined();
  });

  it('serve no longer than they are published', () => {
    const keys = new LocalPublicKeys();
    keys.add('catalog', published('a', 2_000));
    vi.setSystemTime(1_999);
    expect(keys.find('catalog', 'a', 'ES256')).toBe(key);

    vi.setSystemTime(2_000);

    expect(keys.find('catalog', 'a', 'ES256')).toBeUndefined();
  });
});
