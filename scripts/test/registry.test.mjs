import assert from 'node:assert/strict';
import { join } from 'node:path';
import { it } from 'node:test';
import { runNpm } from '../lib/npm.mjs';
import { startRegistry } from '../lib/registry.mjs';
import { makeTree } from './tree.mjs';

it('serves packages to npm from their tarballs, and knows no others', async (t) => {
  const root = makeTree(t, {
    'greeter/package.json': { name: '@stagewire/greeter', version: '1.2.3' },
    'user/package.json': { name: 'user', private: true },
  });
  const npm = (folder, ...args) => runNpm(args, { cwd: join(root, folder), seconds: 60 });
  assert.equal((await npm('greeter', 'pack', '--pack-destination', root)).code, 0);
  const registry = await startRegistry([join(root, 'stagewire-greeter-1.2.3.tgz')]);
  t.after(() => registry.close());

  const flags = [`--registry=${registry.url}`, `--cache=${join(root, 'cache')}`, '--no-audit'];
  const known = await npm('user', 'install', '@stagewire/greeter', ...flags);
  const unknown = await fetch(new URL('@stagewire%2fother', registry.url));

  assert.equal(known.code, 0, known.output);
  assert.equal((await npm('user', 'ls', '@stagewire/greeter')).code, 0);
  assert.equal(unknown.status, 404);
});
