import { describe, expect, it } from 'vitest';
import { FEATURE_ORIGIN } from '@stagewire/plugin-api/internal';
import { pair, Sameness, type Made } from '../src/sameness.js';

const made = (key: string, files?: string[], location = 'a.ts:1'): Made => ({
  key,
  feature: {},
  origin: { location, ...(files && { files }) },
});
const createFeature = () => ({ [FEATURE_ORIGIN]: { file: '/a.ts', line: 1 } });
const same = new Sameness((file) => file === '/changed.ts');

describe('what two runs of a program made', () => {
  it('is the same if it is the same object', () => {
    const one = made('p');

    expect(same.areSame(one, one)).toBe(true);
    expect(same.areSame(one, { ...one, key: 'q' })).toBe(false);
  });

  it.each<[string, Made, Made, boolean]>([
    ['in a file that did not change', made('p', ['/a.ts']), made('p', ['/a.ts']), true],
    ['in a file that changed', made('p', ['/changed.ts']), made('p', ['/changed.ts']), false],
    [
      'with the help of a file that changed',
      made('p', ['/a.ts', '/changed.ts']),
      made('p', ['/a.ts', '/changed.ts']),
      false,
    ],
    ['in another file', made('p', ['/a.ts']), made('p', ['/b.ts']), false],
    ['in another line', made('p', ['/a.ts']), made('p', ['/a.ts'], 'a.ts:2'), false],
    ['nobody knows where', made('p'), made('p'), false],
    ['under another name', made('p', ['/a.ts']), made('q', ['/a.ts']), false],
  ])('may be the same when it was made %s', (_, old, now, expected) => {
    expect(same.areSame(old, now)).toBe(expected);
  });

  it('is looked for where nobody added it', () => {
    const old = { key: 's', feature: createFeature(), origin: {} };

    expect(same.areSame(old, { ...old, feature: createFeature() })).toBe(true);
    expect(Sameness.ofObjects.areSame(old, { ...old, feature: createFeature() })).toBe(false);
  });
});

describe('pairs', () => {
  it('are made of the same objects first, each once', () => {
    const [a, b] = [made('p', ['/a.ts']), made('p', ['/a.ts'])];
    const fresh = made('p', ['/a.ts']);
    const other = made('q');

    const { kept, fresh: unpaired, gone } = pair([a, b], [fresh, a, other], same);

    const names = new Map([
      [a, 'a'],
      [b, 'b'],
      [fresh, 'fresh'],
    ]);
    expect(kept.map((two) => two.map((each) => names.get(each)))).toEqual([
      ['a', 'a'],
      ['b', 'fresh'],
    ]);
    expect([unpaired, gone]).toEqual([[other], []]);
  });
});
