import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkErrors, readRows } from '../check-errors.mjs';
import { formatFinding } from '../lib/findings.mjs';
import { makeTree } from './tree.mjs';

const errors = `
export const eggErrors = {
  broken: (name: string) => new BackendError('E_EGG_BROKEN', \`\${name} is broken\`, 'buy another'),
  raw: () => explain(new InputError('raw'), 'E_EGG_RAW', 'cook it'),
};
export function lost() {
  return new BackendError('E_EGG_LOST', 'lost', 'look');
}
`;

const uses = `
import { eggErrors, lost } from './errors.js';
export { lost } from './errors.js';
if (a) throw eggErrors.broken('one');
if (b) throw eggErrors
  .raw();
if (c) throw lost(); // all of the E_EGG_ family
`;

const page = `
- [egg](#egg): what falls

## egg

| code | what it means | how to solve it |
| --- | --- | --- |
| \`E_EGG_BROKEN\` | <a id="e_egg_broken"></a>It fell. | Buy one. |
| \`E_EGG_RAW\` | <a id="e_egg_raw"></a>Not cooked. | Cook it. |
| \`E_EGG_LOST\` | <a id="e_egg_lost"></a>Gone. | Look. |
`;

describe('the error codes', () => {
  it('are in order when each has a row, a source and a throw', (t) => {
    assert.deepEqual(check(t, {}), []);
  });

  it('need a row, also those that only a comment promises', (t) => {
    const index = `${uses}\n/** @throws \`E_EGG_ROTTEN\` */`;

    assert.deepEqual(check(t, { index }), [
      'packages/egg/src/index.ts:9  E_EGG_ROTTEN is not in docs/errors.md  add its row',
    ]);
  });

  it('of the page need a source; a comment is none', (t) => {
    const index = `${uses}\n// E_EGG_GONE`;

    assert.deepEqual(
      check(t, {
        index,
        page: `${page}| \`E_EGG_GONE\` | <a id="e_egg_gone"></a>Gone. | Look. |\n`,
      }),
      ['docs/errors.md:11  E_EGG_GONE is in no source  remove its row, or throw it'],
    );
  });

  it('have one row each, with a meaning and a solution', (t) => {
    const more = `| \`E_EGG_RAW\` | <a id="e_egg_raw"></a>Again. | Cook it. |\n`;

    assert.deepEqual(check(t, { page: page.replace('| Look. |', '| |') + more }), [
      'docs/errors.md:10  E_EGG_LOST is half told  say what it means and how to solve it',
      'docs/errors.md:11  E_EGG_RAW is documented twice  keep one row',
    ]);
  });

  it('of an errors.ts are thrown somewhere; to import or export is not to throw', (t) => {
    const index = `
import { eggErrors, lost } from './errors.js';
export { lost, eggErrors } from './errors.js';
throw eggErrors.broken('one');
`;

    assert.deepEqual(check(t, { index }), [
      'packages/egg/src/errors.ts:4  E_EGG_RAW is never thrown  call eggErrors.raw, or remove it and its row',
      'packages/egg/src/errors.ts:7  E_EGG_LOST is never thrown  call lost, or remove it and its row',
    ]);
  });
});

describe('the rows of the page', () => {
  it('are those whose first cell is a code, and a cell may hold an escaped bar', () => {
    assert.deepEqual(readRows('| code | a | b |\n| `E_A` | x \\| y | z |\nE_B | c | d |'), [
      { code: 'E_A', line: 2, anchor: undefined, meaning: 'x \\| y', solution: 'z' },
    ]);
  });

  it('are addresses: each has an id, and its section is in the list on top', (t) => {
    const text = page
      .replace('<a id="e_egg_raw"></a>', '<a id="e_raw"></a>')
      .replace('- [egg]', '- [hen]');

    assert.deepEqual(check(t, { page: text }), [
      'docs/errors.md:9  E_EGG_RAW cannot be linked to  begin its second cell with <a id="e_egg_raw"></a>',
      'docs/errors.md:4  egg is not in the list on top  add - [egg](#egg): what it is about',
    ]);
  });
});

function check(t, { index = uses, page: text = page }) {
  const root = makeTree(t, {
    'docs/errors.md': text,
    'packages/egg/package.json': { name: '@stagewire/egg' },
    'packages/egg/src/errors.ts': errors,
    'packages/egg/src/index.ts': index,
  });
  return checkErrors(root).map(formatFinding);
}
