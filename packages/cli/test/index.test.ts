import { describe, expect, it } from 'vitest';
import * as api from '../src/index.js';

describe('@stagewire/cli', () => {
  it('exports these names and no others', () => {
    expect(Object.keys(api).toSorted()).toEqual(['EXIT_CODES', 'runCommandLine']);
  });
});
