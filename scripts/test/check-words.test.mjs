import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { dirname } from 'node:path/posix';
import { describe, it } from 'node:test';
import { checkWords, findWords } from '../check-words.mjs';
import { formatFinding } from '../lib/findings.mjs';
import { makeTree } from './tree.mjs';

// In parts, or this file would be a finding itself.
const home = ['', 'home', 'anna', 'app'].join('/');
const registry = ['registry', 'npmjs', 'org'].join('.');
const note = ['TO', 'DO'].join('');

describe('the words', () => {
  it('that must not be in a file are told with their lines', () => {
    const text = `import '${home}';\nfetch('https://${registry}/x')\n\n// ${note} later\n`;

    assert.deepEqual(findWords('a.ts', text).map(formatFinding), [
      `a.ts:1  a path of one machine: ${dirname(home)}  make it relative to the repository or to a temporary folder`,
      `a.ts:2  a registry host: ${registry}  leave the choice of registry to whoever installs`,
      `a.ts:4  a note to oneself: ${note}  do it, or leave it out`,
    ]);
  });

  it('that only look like them are left alone', () => {
    const text = `plugin-${note.toLowerCase()}  https://example.com${home}  ./root/a  \${dir}/home/x`;

    assert.deepEqual(findWords('a.ts', text), []);
  });

  it('of a lockfile are its hosts alone', () => {
    const text = `"resolved": "packages/errors"\n"resolved": "https://${registry}/a.tgz"`;

    assert.deepEqual(
      findWords('scripts/node24/package-lock.json', text).map(({ line }) => line),
      [2],
    );
  });

  it('are looked for in every file that is, or would be, under version control', (t) => {
    const root = makeTree(t, {
      '.gitignore': 'left-out/\n',
      'a.md': note,
      'left-out/b.md': note,
      'c.bin': `\0${note}`,
    });
    execFileSync('git', ['init', '--quiet'], { cwd: root });

    assert.deepEqual(
      checkWords(root).map(({ file }) => file),
      ['a.md'],
    );
  });
});
