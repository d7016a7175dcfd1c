import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatFinding } from '../lib/findings.mjs';
import { findAnchors, findDeadLinks } from '../lib/links.mjs';
import { makeTree } from './tree.mjs';

describe('links between pages', () => {
  it('lead to files and to places in them, written or about to be', (t) => {
    const root = makeTree(t, { 'docs/old.md': '# Old\n', 'src/a.ts': '' });
    const text = `[a](new.md#new-page) [b](old.md#old) [c](../src/a.ts) [d](#here) [e](https://example.com/x#y)

## Here
`;

    assert.deepEqual(
      findDeadLinks(root, [
        { file: 'docs/index.md', text },
        { file: 'docs/new.md', text: '# New page\n' },
      ]),
      [],
    );
  });

  it('are told when they do not', (t) => {
    const root = makeTree(t, { 'docs/old.md': '# Old\n' });
    const text = 'One\n[a](gone.md)\n[b](old.md#older) [c](#there)\n';

    assert.deepEqual(findDeadLinks(root, [{ file: 'docs/index.md', text }]).map(formatFinding), [
      'docs/index.md:2  gone.md leads nowhere  correct the link',
      'docs/index.md:3  old.md#older leads nowhere  correct the link',
      'docs/index.md:3  #there leads nowhere  correct the link',
    ]);
  });

  it('are none inside of code', (t) => {
    const text = '`[a](gone.md)`\n\n```md\n[b](gone.md)\n```\n';

    assert.deepEqual(findDeadLinks(makeTree(t, {}), [{ file: 'index.md', text }]), []);
  });
});

describe('the places of a page', () => {
  it('are its headings, numbered where they come again, and ids', () => {
    const text = `# @stagewire/errors
## Connection.auth
## ConnectionAuth
## What \`x\` is
<a id="e_egg"></a>
\`\`\`sh
# no heading
\`\`\`
`;

    assert.deepEqual(
      [...findAnchors(text)],
      ['stagewireerrors', 'connectionauth', 'connectionauth-1', 'what-x-is', 'e_egg'],
    );
  });
});
