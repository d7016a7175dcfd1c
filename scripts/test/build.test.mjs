import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { compileFunction } from 'node:vm';
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

  it('is in Node one instance, whether it is imported or required', async (t) => {
    const root = makeHouse(t, `export const word: string = 'egg';`);
    await build(root, compiler);
    writeFileSync(
      join(root, 'both.cjs'),
      `const required = require('@stagewire/errors');
import('@stagewire/errors').then((imported) => console.log(imported === required));`,
    );

    const said = await run(process.execPath, ['--no-warnings', 'both.cjs'], { cwd: root });

    assert.equal(said.output, 'true\n');
  });

  it('is CommonJS for programs that make modules themselves, with what has no CommonJS', async (t) => {
    const root = makeHouse(
      t,
      `export const word = 'egg';
// @ts-expect-error -- it has no types
export const readYolk = async () => (await import('yolk')).default as string;`,
    );
    const yolk = join(root, 'node_modules/yolk');
    mkdirSync(yolk);
    writeFileSync(
      join(yolk, 'package.json'),
      '{ "name": "yolk", "type": "module", "exports": "./index.js" }',
    );
    writeFileSync(join(yolk, 'index.js'), `export default 'yellow';`);
    writeFileSync(join(yolk, 'LICENSE.md'), 'for everybody');
    const { output } = await build(root, compiler);
    assert.equal(output, '');

    const dist = join(root, 'packages/errors/dist');
    const { readYolk } = requireAsJest(join(dist, 'index.cjs'));

    assert.equal(await readYolk(), 'yellow');
    assert.ok(existsSync(join(dist, 'commonjs/parts/yolk.LICENSE.md')));
  });

  it('fails with what the compiler says', async (t) => {
    const root = makeHouse(t, `export const word: string = 1;`);

    const { ok, output } = await build(root, compiler);

    assert.equal(ok, false);
    assert.match(output, /packages\/errors\/src\/index\.ts.*TS2322/);
  });
});

/** Evaluates CommonJS with modules that are not of Node, and cannot load an ES module. */
function requireAsJest(file) {
  const module = { exports: {} };
  const native = createRequire(file);
  const require = (id) => (id.startsWith('.') ? requireAsJest(native.resolve(id)) : native(id));
  compileFunction(readFileSync(file, 'utf8'), ['module', 'exports', 'require'], {
    filename: file,
  })(module, module.exports, require);
  return module.exports;
}

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
