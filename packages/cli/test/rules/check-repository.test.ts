import { describe, expect, it } from 'vitest';
import { checkStock } from './check-stock.js';

describe('a repository as the stock create-app makes it', () => {
  it('has nothing wrong with it', () => {
    expect(checkStock({})).toEqual([]);
  });
});
