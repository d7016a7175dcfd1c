import { describe, expect, it } from 'vitest';
import { counted } from '../../src/terminal/counted.js';

describe('counted', () => {
  it('has one of a thing, and several of others', () => {
    expect([0, 1, 2].map((number) => counted(number, 'plugin'))).toEqual([
      '0 plugins',
      '1 plugin',
      '2 plugins',
    ]);
  });
});
