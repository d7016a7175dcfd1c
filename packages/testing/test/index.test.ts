import { describe, expect, it } from 'vitest';
import * as api from '../src/index.js';

describe('@stagewire/testing', () => {
  it('exports these names and no others', () => {
    expect(Object.keys(api).toSorted()).toEqual(['mockCredentials', 'mockServices']);
  });
});
