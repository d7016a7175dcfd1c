import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/rules/finding.js';
import { runCli } from '../../run-cli.js';
import { makeRepository } from '../../temp-repository.js';

/** The packages that the repository of a test shares with this one. */
const INSTALLED = fileURLToPath(new URL('../../../../../node_modules/', import.meta.url));

const PROGRAM = `import { createBackend } from '@stagewire/backend';
import { coreServices, createBackendPlugin } from '@stagewire/plugin-api';

const todo = createBackendPlugin({
  pluginId: 'todo',
  register(env) {
    env.registerInit({ deps: { log: coreServices.logger }, async init() {} });
  },
});
const backend = createBackend();
backend.add(todo);
backend.add(todo);
backend.add(import('@acme/plugin-gone-backend'));
await backend.start();
`;

/** A plugin that needs a service which nobody provides. */
const PLUGIN = `import { createBackendPlugin, createServiceRef } from '@stagewire/plugin-api';

const tallyRef = createServiceRef<number>({ id: 'bills.tally' });
export default createBackendPlugin({
  pluginId: 'bills',
  register(env) {
    env.registerInit({ deps: { tally: tallyRef }, async init() {} });
  },
});
`;

/** A repository whose packages are installed, as far as they are needed. */
function makeLinked(files: Record<string, unknown>) {
  const repository = makeRepository({
    'package.json': { name: 'root', private: true, workspaces: ['packages/*', 'plugins/*'] },
    'app-config.yaml': 'backend: { baseUrl: http://localhost:7007, listen: ":0" }\n',
    'packages/backend/package.json': {
      name: 'backend',
      private: true,
      type: 'module',
      backstage: { role: 'backend' },
    },
    ...files,
  });
  repository.link('node_modules/@stagewire', join(INSTALLED, '@stagewire'));
  repository.link('node_modules/@acme', join(repository.root, 'plugins'));
  return repository;
}

async function checkPlan(cwd: string) {
  const args = ['check', '--only', 'plan', '--json'];
  const { stdout, exitCode } = await runCli(args, { cwd, env: process.env });
  const { findings } = JSON.parse(stdout) as { findings: Finding[] };
  return { exitCode, places: findings.map(({ code, file, line }) => [code, file, line]) };
}

describe('the plan of a backend', { timeout: 60_000 }, () => {
  it('is told with the places that are to blame', async () => {
    using repository = makeLinked({ 'packages/backend/src/index.ts': PROGRAM });

    const { places, exitCode } = await checkPlan(repository.root);

    const file = 'packages/backend/src/index.ts';
    expect(places).toEqual([
      ['E_PLUGIN_DUPLICATE', file, lineOf(PROGRAM, 'const todo =')],
      ['E_FEATURE_IMPORT', file, lineOf(PROGRAM, 'plugin-gone-backend')],
    ]);
    expect(exitCode).toBe(1);
  });

  it('blames a plugin of the repository where that is made', async () => {
    using repository = makeLinked({
      'packages/backend/src/index.ts': [
        "import { createBackend } from '@stagewire/backend';",
        'const backend = createBackend();',
        "backend.add(import('@acme/bills-backend'));",
        'await backend.start();',
      ].join('\n'),
      'plugins/bills-backend/package.json': {
        name: '@acme/bills-backend',
        version: '0.1.0',
        type: 'module',
        main: 'src/index.ts',
        backstage: { role: 'backend-plugin', pluginId: 'bills' },
      },
      'plugins/bills-backend/src/index.ts': PLUGIN,
    });

    const { places } = await checkPlan(repository.root);

    const line = lineOf(PLUGIN, 'export default');
    expect(places).toEqual([['E_DEPENDENCY_MISSING', 'plugins/bills-backend/src/index.ts', line]]);
  });
});

function lineOf(text: string, part: string): number {
  return text.split('\n').findIndex((line) => line.includes(part)) + 1;
}
