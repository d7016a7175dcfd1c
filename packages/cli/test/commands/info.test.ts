import { expect, it } from 'vitest';
import { runCli } from '../run-cli.js';
import { makeRepository } from '../temp-repository.js';

it('tells versions, backends and packages, for people and for programs', async () => {
  using repository = makeRepository({
    'package.json': { workspaces: ['packages/*'] },
    'packages/backend/package.json': {
      name: 'backend',
      version: '1.2.3',
      backstage: { role: 'backend' },
      dependencies: { '@stagewire/errors': '^0.1.0' },
    },
    'packages/backend/src/index.ts': '',
    'app-config.yaml': 'backend:\n  database:\n    client: pg\n    connection: secret\n',
    'node_modules/@stagewire/errors/package.json': { name: '@stagewire/errors', version: '0.1.0' },
  });

  const text = await runCli(['info'], { cwd: repository.root });
  const json = await runCli(['info', '--json'], { cwd: repository.root });

  expect(text.stdout).toMatch(/^backends +packages\/backend$/m);
  expect(text.stdout).toMatch(/^packages\/backend +backend@1\.2\.3 +backend$/m);
  expect(text.stdout).not.toContain('secret');
  expect(JSON.parse(json.stdout)).toMatchObject({
    node: process.versions.node,
    root: repository.root,
    backends: ['packages/backend'],
    configuration: expect.stringMatching(/app-config\.yaml$/),
    database: 'pg',
    installed: [{ name: '@stagewire/errors', version: '0.1.0' }],
    packages: [{ folder: 'packages/backend', name: 'backend', version: '1.2.3', role: 'backend' }],
  });
});
