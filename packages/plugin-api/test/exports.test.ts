import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import * as published from '@backstage/backend-plugin-api';
import * as publishedAlpha from '@backstage/backend-plugin-api/alpha';
import * as publishedTestUtils from '@backstage/backend-plugin-api/testUtils';
import { describe, expect, it } from 'vitest';
import * as alpha from '../src/alpha.js';
import * as index from '../src/index.js';
import * as testUtils from '../src/test-utils.js';

const require = createRequire(import.meta.url);
const declarations = path.join(
  path.dirname(require.resolve('@backstage/backend-plugin-api/package.json')),
  'dist',
);

describe.each([
  { entry: 'index', ours: index, theirs: published },
  { entry: 'alpha', ours: alpha, theirs: publishedAlpha },
  { entry: 'testUtils', ours: testUtils, theirs: publishedTestUtils },
])('the entry $entry', ({ entry, ours, theirs }) => {
  const source = entry === 'testUtils' ? 'test-utils.ts' : `${entry}.ts`;

  it('exports every value that the published plugin API declares', () => {
    const declared = exportedNames(path.join(declarations, `${entry}.d.ts`));
    const values = Object.keys(theirs).filter((name) => declared.includes(name));

    expect(values.length).toBeGreaterThan(0);
    expect(Object.keys(ours)).toEqual(expect.arrayContaining(values));
  });

  it('exports every type that the published plugin API exports', () => {
    const theirNames = exportedNames(path.join(declarations, `${entry}.d.ts`));
    const ourNames = exportedNames(path.join(import.meta.dirname, '../src', source));

    expect(theirNames.length).toBeGreaterThan(2);
    expect(ourNames).toEqual(expect.arrayContaining(theirNames));
  });
});

describe('the type tests', () => {
  it.each([
    ['index.d.ts', 'same-as-published.test-d.ts'],
    ['alpha.d.ts', 'alpha-same-as-published.test-d.ts'],
  ])('compare every name of %s', (declaration, test) => {
    const text = readFileSync(path.join(import.meta.dirname, 'types', test), 'utf8');
    const compared = new Set(Array.from(text.matchAll(/Theirs\.(\w+)/g), ([, name]) => name));

    const missing = exportedNames(path.join(declarations, declaration)).filter(
      (name) => !compared.has(name),
    );

    expect(missing).toEqual([]);
  });
});

/** The names in the export lists of a file; `a as b` is exported as b. */
function exportedNames(file: string): string[] {
  const lists = readFileSync(file, 'utf8').matchAll(/^export (?:type )?\{([^}]*)\}/gm);
  return Array.from(lists, ([, list = '']) => list.split(','))
    .flat()
    .map((item) =>
      item
        .trim()
        .replace(/^type /, '')
        .replace(/^.* as /, ''),
    )
    .filter(Boolean);
}
