import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { checkApi, writeApi } from '../api.mjs';
import { formatFinding } from '../lib/findings.mjs';
import { makeTree } from './tree.mjs';

const eggs = `
/** How an egg is cooked. */
type Manner = 'soft' | 'hard';

/** What {@link cook} is told. @public */
export type CookOptions = {
  /**
   * How it is to be.
   *
   * @default 'soft'
   */
  manner?: Manner;
};

/**
 * Cooks an egg. It takes a while.
 *
 * @param options - \`manner\`: as guests like it
 * @throws \`E_EGG_ROTTEN\` when it is too old
 * @example
 * \`\`\`ts
 * cook({ manner: 'hard' });
 * \`\`\`
 *
 * @public
 */
export function cook(options: CookOptions): string {
  return options.manner ?? 'soft';
}

/** Breaks eggs. @internal */
export const hammer = 1;
`;

describe('what packages export', () => {
  it('is told in a report of each package, with the types that nobody can import', async (t) => {
    const root = makeHouse(t);

    assert.deepEqual(await writeApi(root), []);

    assert.equal(
      read(root, 'packages/errors/api-report.md'),
      `# The API of @stagewire/errors

What this package exports: a change here changes what others build on. Written by \`npm run api\`.

## @stagewire/errors

\`\`\`ts
// @public
export function cook(options: CookOptions): string;

// @public
export type CookOptions = {
    manner?: Manner;
};

// @internal
export const hammer = 1;

// @public
type Manner = 'soft' | 'hard';
\`\`\`
`,
    );
    assert.match(
      read(root, 'packages/graph/api-report.md'),
      /## @stagewire\/graph\n\n```ts\nexport \{ cook \} from '@stagewire\/errors';\n```\n\n## Passed on\n\n.*\n.*\n\| `@stagewire\/graph\/eggs` \| `@stagewire\/errors` \|\n$/s,
    );
  });

  it('is told on one page, made from comments, and others link there', async (t) => {
    const root = makeHouse(t);

    await writeApi(root);

    assert.equal(
      read(root, 'docs/reference/errors.md'),
      `<!-- Written by npm run api from the comments in the sources. -->

# @stagewire/errors

All about eggs.

- [cook](#cook): Cooks an egg.
- [CookOptions](#cookoptions): What [\`cook\`](#cook) is told.

## cook

*function*, [source](../../packages/errors/src/index.ts)

Cooks an egg. It takes a while.

\`\`\`ts
function cook(options: CookOptions): string;
\`\`\`

**Parameters**

- \`options\`: \`manner\`: as guests like it

**Throws**

- [\`E_EGG_ROTTEN\`](../errors.md#e_egg_rotten) when it is too old

**Example**

\`\`\`ts
cook({ manner: 'hard' });
\`\`\`

Refers to: [CookOptions](#cookoptions)

## CookOptions

*type*, [source](../../packages/errors/src/index.ts)

What [\`cook\`](#cook) is told.

\`\`\`ts
type CookOptions = {
  manner?: Manner;
};
\`\`\`

**Fields**

- \`manner\`: How it is to be. Default: 'soft'.

Refers to: [Manner](#manner)

## Not exported

### Manner

*type*, [source](../../packages/errors/src/index.ts)

How an egg is cooked.

\`\`\`ts
type Manner = 'soft' | 'hard';
\`\`\`
`,
    );
    assert.match(
      read(root, 'docs/reference/graph.md'),
      /Passed on: \[cook\]\(errors\.md#cook\)\n$/,
    );
    assert.match(
      read(root, 'docs/reference/README.md'),
      /\| \[@stagewire\/graph\/eggs\]\(graph-eggs\.md\) \| Eggs again\. \|\n\n## All names\n.*\| \[cook\]\(errors\.md#cook\) \| `@stagewire\/errors` \|/s,
    );
  });

  it('is checked: what differs is shown, and what is left over is told', async (t) => {
    const root = makeHouse(t);
    await writeApi(root);
    assert.deepEqual(await checkApi(root), []);

    write(root, 'packages/errors/src/index.ts', eggs.replace(`'hard';\n`, `'hard' | 'fried';\n`));
    write(root, 'docs/reference/hen.md', '');
    const [report, page, rest] = (await checkApi(root)).map(formatFinding);

    assert.match(
      report,
      /^packages\/errors\/api-report\.md {2}is not what the sources say {2}type "npm run api", and look at what changes\n/,
    );
    assert.match(
      report,
      /^ {2}-type Manner = 'soft' \| 'hard';\n {2}\+type Manner = 'soft' \| 'hard' \| 'fried';$/m,
    );
    assert.match(page, /^docs\/reference\/errors\.md {2}is not what the sources say/);
    assert.equal(
      rest,
      'docs/reference/hen.md  is the page of nothing  type "npm run api", which removes it',
    );
  });

  it('has to be documented, with links that lead somewhere', async (t) => {
    const root = makeHouse(t);
    write(root, 'packages/graph/src/eggs.ts', `export * from '@stagewire/errors';`);
    write(
      root,
      'packages/errors/src/index.ts',
      `export const bare = 1;

/** For nobody in particular. */
export const lost = 2;

/** Lays eggs; see {@link Rooster}. @public */
export interface Hen {
  lay(): string;
}

/** A hen that needs no words: {@unknown}. @public */
export class Layer implements Hen {
  lay(): string {
    return 'egg';
  }
}
`,
    );

    const findings = (await writeApi(root)).map(formatFinding);

    assert.deepEqual(findings, [
      'packages/graph/src/eggs.ts:1  nothing says what it is for  say so in a comment on top of it, with @packageDocumentation',
      'packages/errors/src/index.ts:1  bare has no comment  say what it is for',
      'packages/errors/src/index.ts:8  Hen.lay has no comment  say what it is for',
      'packages/errors/src/index.ts:13  Layer.lay has no comment  say what it is for',
      'packages/errors/src/index.ts:12  The TSDoc tag "@unknown" is not defined in this configuration  write it as https://tsdoc.org has it',
      'packages/errors/src/index.ts:4  the comment of lost does not say for whom it is  end it with @public, @alpha or @internal',
      'packages/errors/src/index.ts  {@link Rooster} leads nowhere: nothing of that name has a page  link to what is exported, or set the name as code',
    ]);
  });

  it('is not looked at when it cannot be compiled', async (t) => {
    const root = makeHouse(t);
    write(root, 'packages/errors/src/index.ts', 'export {');

    await assert.rejects(checkApi(root), /the declarations could not be written\n.*TS1005/);
  });
});

function makeHouse(t) {
  const root = makeTree(t, {
    'tsconfig.base.json': {
      compilerOptions: { target: 'ES2023', module: 'NodeNext', strict: true, types: [] },
    },
    'docs/errors.md': '| `E_EGG_ROTTEN` | <a id="e_egg_rotten"></a>Old. | Buy one. |\n',
    ...packageOf('errors', 'All about eggs.', { '.': 'index' }),
    'packages/errors/src/index.ts': eggs,
    ...packageOf('graph', 'Cooks.', { '.': 'index', './eggs': 'eggs' }),
    'packages/graph/src/index.ts': `export { cook } from '@stagewire/errors';`,
    'packages/graph/src/eggs.ts': `/**
 * Eggs again.
 *
 * @packageDocumentation
 */
export * from '@stagewire/errors';`,
  });
  mkdirSync(join(root, 'node_modules/@stagewire'), { recursive: true });
  symlinkSync(
    join(root, 'packages/errors'),
    join(root, 'node_modules/@stagewire/errors'),
    'junction',
  );
  return root;
}

function packageOf(id, description, entries) {
  const exports = Object.entries(entries).map(([subpath, name]) => [
    subpath,
    { '@stagewire/source': `./src/${name}.ts` },
  ]);
  return {
    [`packages/${id}/package.json`]: {
      name: `@stagewire/${id}`,
      description,
      type: 'module',
      exports: Object.fromEntries(exports),
    },
  };
}

function read(root, file) {
  return readFileSync(join(root, file), 'utf8');
}

function write(root, file, text) {
  writeFileSync(join(root, file), text);
}
