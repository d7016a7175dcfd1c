import { describe, expect, it } from 'vitest';
import { addToProgram } from '../../../src/commands/new/add-to-program.js';

const add = (text: string) => addToProgram('index.ts', text, '@acme/todo');

describe('addToProgram', () => {
  it('adds below the last feature, and leaves comments where they are', () => {
    const text = `import { createBackend } from '@stagewire/backend';
const backend = createBackend();
backend.add(import('a')); // first
backend.add(
  import('b'),
); // second
await backend.start();
`;
    expect(add(text)).toBe(
      text.replace('// second\n', "// second\nbackend.add(import('@acme/todo'));\n"),
    );
  });

  it('adds below the backend where there is no feature yet', () => {
    expect(
      add(`import { createBackend } from '@backstage/backend-defaults';

const backend = createBackend();

backend.start();
`),
    ).toBe(`import { createBackend } from '@backstage/backend-defaults';

const backend = createBackend();

backend.add(import('@acme/todo'));

backend.start();
`);
  });

  it('knows other names, functions around it, and the line ends of Windows', () => {
    expect(
      add(
        [
          `import { createBackend as create } from '@stagewire/backend';`,
          'async function main() {',
          '  const portal = create();',
          `  portal.add(import('a'));`,
          '  await portal.start();',
          '}',
        ].join('\r\n'),
      ),
    ).toContain(`  portal.add(import('a'));\r\n  portal.add(import('@acme/todo'));\r\n`);
  });

  it('changes nothing where the package is added already', () => {
    const text = `import { createBackend } from '@stagewire/backend';
const backend = createBackend();
backend.add(import("@acme/todo"));
`;
    expect(add(text)).toBe(text);
  });

  it.each([
    [
      'a backend of another package',
      `import { createBackend } from './own';\nconst b = createBackend();`,
    ],
    ['no backend', 'export {};'],
    ['code that does not parse', 'const backend = ;'],
    [
      'two backends',
      `import { createBackend } from '@stagewire/backend';\nconst a = createBackend();\nconst b = createBackend();`,
    ],
    [
      'a backend without a name',
      `import { createBackend } from '@stagewire/backend';\ncreateBackend().start();`,
    ],
  ])('does not guess at %s', (_, text) => {
    expect(add(text)).toBeUndefined();
  });
});
