import assert from 'node:assert/strict';
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { build } from '../build.mjs';
import { run } from '../lib/run.mjs';
import { repository } from '../lib/workspace.mjs';
import { makeTree, needOf, packageFiles } from './tree.mjs';

const compiler = join(repository, 'node_modules/typescript/bin/tsc');

describe('a build', () => {
  it('makes JavaScript, types and maps that plain Node runs, in the order of need', async (t) => {
    const root = makeHouse(t, `export const word: string = 'egg';`);
    mkdirSync(join(root, 'packages/errors/dist'));
    writeFileSync(join(root, 'packages/errors/dist/stale.js'), '');

    const { ok, output, folders } = await build(root, compiler);

    assert.equal(output, '');
    assert.equal(ok, true);
    assert.deepEqual(folders, ['packages/errors', 'packages/graph']);
    for (const file of ['index.js', 'index.d.ts', 'index.js.map', 'index.d.ts.map']) {
      assert.ok(existsSync(join(root, 'packages/graph/dist', file)), file);
    }
    assert.equal(existsSync(join(root, 'packages/errors/dist/stale.js')), false);
    const said = await run(process.execPath, ['packages/graph/dist/index.js'], { cwd: root });
    assert.equal(said.output, 'egg\n');
  });

  it('fails with what the compiler says', async (t) => {
    const root = makeHouse(t, `export const word: string = 1;`);

    const { ok, output } = await build(root, compiler);

    assert.equal(ok, false);
    assert.match(output, /packages\/errors\/src\/index\.ts.*TS2322/);
  });
});

function makeHouse(t, source) {
  const needs = [needOf('packages/errors', '@stagewire/errors')];
  const root = makeTree(t, {
    'tsconfig.base.json': {
      compilerOptions: { target: 'ES2023', module: 'NodeNext', strict: true, types: [] },
    },
    ...packageFiles('packages/errors', 'x'),
    ...packageFiles('packages/graph', 'x', needs),
    'packages/errors/src/index.ts': source,
    'packages/graph/src/index.ts': `import { word } from '@stagewire/errors';
declare const console: { log(text: string): void };
console.log(word);
export { word };`,
  });
  mkdirSync(join(root, 'node_modules/@stagewire'), { recursive: true });
  // A junction, since a link needs more rights on Windows.
  symlinkSync(
    join(root, 'packages/errors'),
    join(root, 'node_modules/@stagewire/errors'),
    'junction',
  );
  return root;
}
