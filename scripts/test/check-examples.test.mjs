import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { checkExamples } from '../check-examples.mjs';
import { findExamplesInComments, listExamples, placeExamples, toModule } from '../lib/examples.mjs';
import { formatFinding } from '../lib/findings.mjs';
import { makeTree } from './tree.mjs';

describe('examples', () => {
  it('are the TypeScript of pages and comments, but not of the reference', (t) => {
    const root = makeTree(t, {
      'README.md':
        '# A\n\n```ts\na();\n```\n\n```js\nno();\n```\n\n- x\n\n  ```ts\n  b();\n  ```\n',
      'docs/how-to/c.md': '```ts\nc();\n```\n',
      'docs/reference/d.md': '```ts\nd();\n```\n',
      'packages/egg/package.json': { name: '@stagewire/egg', exports: {} },
      'packages/egg/README.md': '```ts\ne();\n```\n',
      'packages/egg/test/readme-example.ts': 'e();\n',
      'packages/egg/src/index.ts': '/**\n * @example\n * ```ts\n * f();\n * ```\n */\n',
    });

    assert.deepEqual(
      listExamples(root).map(({ file, line, code }) => `${file}:${line} ${code.trim()}`),
      [
        'README.md:4 a();',
        'README.md:14 b();',
        'docs/how-to/c.md:2 c();',
        'packages/egg/src/index.ts:4 f();',
      ],
    );
  });

  it('in comments lose the stars in front of their lines, and nothing else', () => {
    const text = '\n  /**\n   * ```ts\n   * if (a) {\n   *   b(2 * 3);\n   * }\n   * ```\n   */\n';

    assert.deepEqual(findExamplesInComments('a.ts', text), [
      { file: 'a.ts', line: 4, code: 'if (a) {\n  b(2 * 3);\n}\n' },
    ]);
  });

  it('of one page stand beside each other, by the names that they begin with', () => {
    const codes = ['// src/egg.ts\n1;', 'import "./egg.js";', '// src/egg.ts\n2;'];

    const placed = placeExamples(
      codes.map((code) => ({ code })),
      '7',
    );

    assert.deepEqual(
      placed.map(({ path }) => path),
      ['7/src/egg.ts', '7/src/example-1.ts', '7/src/example-2.ts'],
    );
  });

  it('get what they use of our packages, unless they import or declare something', () => {
    const exported = new Map([['cook', '@stagewire/egg']]);
    const first = (code) => toModule({ code }, exported).split('\n')[0];

    assert.equal(first('cook();'), `import { cook } from '@stagewire/egg'; export {};`);
    assert.equal(first('const cook = 1; cook;'), ' export {};');
    assert.equal(first(`import { a } from 'b';\ncook();`), ' export {};');
    assert.equal(first('cooking();'), ' export {};');
  });

  it('are compiled, and an error is told at its place', async (t) => {
    const root = makeTree(t, {
      'tsconfig.base.json': {
        compilerOptions: { target: 'ES2023', module: 'NodeNext', strict: true, types: [] },
      },
      'README.md': '# Egg\n\n```ts\ncook(hen);\ncook(1);\n```\n',
      'given/names.d.ts': 'declare const hen: string;\n',
      'packages/egg/package.json': {
        name: '@stagewire/egg',
        exports: { '.': { '@stagewire/source': './src/index.ts' } },
      },
      'packages/egg/src/index.ts': `export { cook } from './cook.js';`,
      'packages/egg/src/cook.ts': `/**
 * @example
 * \`\`\`ts
 * const cooked: number = cook('soft');
 * \`\`\`
 */
export function cook(how: string): string { return how; }`,
    });
    mkdirSync(join(root, 'node_modules/@stagewire'), { recursive: true });
    symlinkSync(join(root, 'packages/egg'), join(root, 'node_modules/@stagewire/egg'), 'junction');

    const findings = await checkExamples(root, join(root, 'given'));

    assert.deepEqual(findings.map(formatFinding).toSorted(), [
      `README.md:5  TS2345: Argument of type 'number' is not assignable to parameter of type 'string'.  correct the example`,
      `packages/egg/src/cook.ts:4  TS2322: Type 'string' is not assignable to type 'number'.  correct the example`,
    ]);
  });
});
