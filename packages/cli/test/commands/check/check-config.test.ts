import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { runCli } from '../../run-cli.js';
import { makeRepository } from '../../temp-repository.js';

/** The packages that the repository of a test shares with this one. */
const INSTALLED = fileURLToPath(new URL('../../../../../node_modules/', import.meta.url));

describe('the configuration', () => {
  it('is held to the schemas of installed packages, file by file', async () => {
    using repository = makeBackend({
      'app-config.yaml':
        'backend:\n  baseUrl: http://localhost:7007\n  lissten: ":7007"\nmine: { any: thing }\n',
      'app-config.production.yaml': 'backend:\n  listen:\n    port: many\n',
    });

    expect(await checkConfig(repository.root)).toEqual([
      'error E_CONFIG_VALUE app-config.production.yaml:3',
      'warning E_CONFIG_UNKNOWN_KEY app-config.yaml:3',
    ]);
  });

  it('is told where it cannot be parsed', async () => {
    using repository = makeBackend({ 'app-config.yaml': 'backend:\n  baseUrl: [\n' });

    expect(await checkConfig(repository.root)).toEqual([
      expect.stringMatching(/^error E_CONFIG_SYNTAX app-config\.yaml:\d$/),
    ]);
  });

  it('knows nothing of the variables of whoever checks it', async () => {
    using repository = makeBackend({ 'app-config.yaml': 'backend: {}\n' });

    const env = { APP_CONFIG_backend_listen_port: '"many"' };
    expect(await checkConfig(repository.root, env)).toEqual([]);
  });
});

function makeBackend(files: Record<string, string>) {
  const repository = makeRepository({
    'package.json': { name: 'root', private: true, workspaces: ['packages/*'] },
    'packages/backend/package.json': {
      name: 'backend',
      private: true,
      type: 'module',
      backstage: { role: 'backend' },
      dependencies: { '@stagewire/backend': '*' },
    },
    'packages/backend/src/index.ts': "import '@stagewire/backend';\n",
    ...files,
  });
  mkdirSync(join(repository.root, 'node_modules'));
  const link = join(repository.root, 'node_modules', '@stagewire');
  symlinkSync(join(INSTALLED, '@stagewire'), link, 'junction');
  return repository;
}

async function checkConfig(cwd: string, env: NodeJS.ProcessEnv = {}): Promise<string[]> {
  const { stdout } = await runCli(['check', '--only', 'config', '--json'], { cwd, env });
  const { findings } = JSON.parse(stdout) as { findings: Record<string, string>[] };
  return findings.map(({ severity, code, file, line }) => `${severity} ${code} ${file}:${line}`);
}
