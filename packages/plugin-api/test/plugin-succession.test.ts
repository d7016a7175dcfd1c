import { describe, expect, it } from 'vitest';
import { SUCCESSION, successionOf, type PluginSuccession } from '../src/internal.js';

describe('how the versions of a plugin follow each other', () => {
  it('is told by the metadata of a backend that replaces plugins', () => {
    const succession = {} as PluginSuccession;
    const metadata = { getId: () => 'p', [SUCCESSION]: succession };

    expect(successionOf(metadata)).toBe(succession);
  });

  it('is no question elsewhere: the only version serves, and never retires', async () => {
    const calls: unknown[] = [];
    const succession = successionOf({ getId: () => 'p' });

    succession.onServing((former) => calls.push(former));
    succession.onRetire(() => void calls.push('retires'));

    expect(succession.joinsRunning).toBe(false);
    expect(calls).toEqual([expect.any(Promise)]);
    await calls[0];
  });
});
