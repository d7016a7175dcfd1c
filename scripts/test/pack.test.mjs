import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { pack, publishedManifest } from '../pack.mjs';
import { makeTree, packageFiles } from './tree.mjs';

const dist = {
  'packages/errors/dist/index.js': 'export {};',
  'packages/errors/dist/index.d.ts': 'export {};',
  'packages/errors/dist/.tsbuildinfo': '{}',
};

describe('a packed package', () => {
  it('holds JavaScript, sources, licence and README, and no build state', async (t) => {
    const root = makeHouse(t, dist);

    const packed = await pack(root, join(root, 'out'));

    assert.deepEqual(
      packed.map(({ name, version }) => ({ name, version })),
      [{ name: '@stagewire/errors', version: '0.1.0' }],
    );
    assert.deepEqual(packed[0].contents.toSorted(), [
      'LICENSE',
      'README.md',
      'dist/index.d.ts',
      'dist/index.js',
      'package.json',
      'src/index.ts',
    ]);
    const tarball = gunzipSync(readFileSync(packed[0].file)).toString('latin1');
    assert.ok(tarball.includes('"default": "./dist/index.js"'));
    assert.equal(tarball.includes('@stagewire/source'), false);
  });

  it('leaves the tree as it was', async (t) => {
    const root = makeHouse(t, dist);
    const before = readFileSync(join(root, 'packages/errors/package.json'), 'utf8');

    await pack(root, join(root, 'out'));

    assert.equal(readFileSync(join(root, 'packages/errors/package.json'), 'utf8'), before);
    assert.match(before, /@stagewire\/source/);
  });

  it('is built, or it is refused', async (t) => {
    const root = makeHouse(t, {});

    await assert.rejects(pack(root, join(root, 'out')), /packages\/errors is not built/);
  });
});

describe('the published package.json', () => {
  it('has neither the source condition, nor scripts, nor devDependencies', () => {
    const manifest = {
      name: 'egg',
      scripts: { start: 'x' },
      devDependencies: { hen: '1' },
      dependencies: { nest: '1' },
      exports: {
        '.': { '@stagewire/source': './src/index.ts', types: './a.d.ts', default: './a.js' },
        './package.json': './package.json',
      },
    };

    assert.deepEqual(publishedManifest(manifest), {
      name: 'egg',
      dependencies: { nest: '1' },
      exports: {
        '.': { types: './a.d.ts', default: './a.js' },
        './package.json': './package.json',
      },
    });
  });
});

function makeHouse(t, files) {
  return makeTree(t, {
    LICENSE: 'Apache License',
    ...packageFiles('packages/errors', 'x'),
    ...files,
    'packages/attic/package.json': { name: '@stagewire/attic', private: true },
  });
}
