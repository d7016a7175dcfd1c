import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { metadataFor, refuse, renderPackage } from '../new-package.mjs';
import { makeTree, needOf } from './tree.mjs';

const errors = needOf('packages/errors', '@stagewire/errors');
const wiring = needOf('packages/wiring', '@stagewire/wiring');

describe('a new package', () => {
  it('has its name, its line and its needs in every file that tells them', () => {
    const files = renderPackage({
      folder: 'packages/wire',
      description: 'Says "hi".',
      needs: [errors],
    });
    const manifest = JSON.parse(files['package.json']);

    assert.equal(manifest.name, '@stagewire/wire');
    assert.equal(manifest.description, 'Says "hi".');
    assert.equal(manifest.repository.directory, 'packages/wire');
    assert.deepEqual(manifest.dependencies, { '@stagewire/errors': '0.1.0' });
    assert.equal(files['README.md'], '# @stagewire/wire\n\nSays "hi".\n');
    assert.deepEqual(JSON.parse(files['tsconfig.json']).references, [{ path: '../errors' }]);
    assert.match(files['test/index.test.ts'], /describe\('@stagewire\/wire'/);
  });

  it('finds what it needs from another group of packages', () => {
    const files = renderPackage({ folder: 'plugins/todo-node', description: 'x', needs: [errors] });

    assert.deepEqual(JSON.parse(files['tsconfig.json']).references, [
      { path: '../../packages/errors' },
    ]);
  });

  it('of a plugin has the metadata that the ecosystem reads', () => {
    assert.deepEqual(metadataFor('plugins/user-settings-backend'), {
      role: 'backend-plugin',
      pluginId: 'user-settings',
    });
    assert.deepEqual(metadataFor('plugins/todo-backend-module-mail'), {
      role: 'backend-plugin-module',
      pluginId: 'todo',
      pluginPackage: '@stagewire/plugin-todo-backend',
    });
    assert.deepEqual(metadataFor('plugins/todo-common'), {
      role: 'common-library',
      pluginId: 'todo',
    });
    assert.equal(metadataFor('packages/wire'), undefined);
  });

  it('is refused without a row, without a line, over another, or with a need from no lower row', (t) => {
    const root = makeTree(t, { 'packages/errors/package.json': '{}' });
    const wanted = { root, folder: 'packages/wire', description: 'x', needs: [errors] };

    assert.equal(refuse(wanted), undefined);
    assert.match(refuse({ ...wanted, folder: 'packages/attic' }), /has no row/);
    assert.match(refuse({ ...wanted, folder: 'packages/errors' }), /exists/);
    assert.match(refuse({ ...wanted, description: '' }), /needs a description/);
    assert.match(refuse({ ...wanted, needs: [wiring] }), /may not import packages\/wiring/);
  });
});
