import { describe, expect, it } from 'vitest';
import { findNearestKey } from '../src/nearest-key.js';

describe('the nearest key', () => {
  it.each([
    ['baseUrl', 'baseURL'],
    ['baseUrl', 'base-url'],
    ['baseUrl', 'basUrl'],
    ['permission', 'permissions'],
    ['enabled', 'enable'],
    ['client', 'cleint'],
    ['cors', 'core'],
  ])('of %s is %s', (wanted, written) => {
    expect(findNearestKey(wanted, ['zebra', written, 'something'])).toBe(written);
  });

  it.each([
    ['cors', 'auth'],
    ['listen', 'database'],
    ['a', 'bc'],
  ])('of %s is not %s', (wanted, other) => {
    expect(findNearestKey(wanted, [other])).toBeUndefined();
  });

  it('is the closest of several', () => {
    expect(findNearestKey('database', ['databases', 'datbas', 'data'])).toBe('databases');
  });
});
