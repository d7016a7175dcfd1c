import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findInstalled, readInstalledManifest } from '../../src/repository/installed.js';
import { makeRepository } from '../temp-repository.js';

describe('findInstalled', () => {
  it('looks in each folder upwards, and behind links', () => {
    using repository = makeRepository({
      'elsewhere/package.json': { name: 'a', version: '1.2.3' },
    });
    repository.link('node_modules/a', join(repository.root, 'elsewhere'));
    const from = join(repository.root, 'plugins/todo');

    expect(findInstalled('a', from)).toBe(join(repository.root, 'elsewhere'));
    expect(readInstalledManifest('a', from)).toMatchObject({ version: '1.2.3' });
    expect(findInstalled('not-installed-anywhere', from)).toBeUndefined();
    expect(readInstalledManifest('not-installed-anywhere', from)).toBeUndefined();
  });
});
