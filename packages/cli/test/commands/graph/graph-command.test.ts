import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeStockRepository } from '../../program/stock-repository.js';
import { runCli } from '../../run-cli.js';

const TIMEOUT = 60_000;

describe('stagewire graph', () => {
  it(
    'draws the backend of a repository, and ends well when nothing is wrong with it',
    async () => {
      using folder = makeStockRepository();

      const { exitCode, stdout } = await graph(folder.root, '--format', 'json');

      expect(exitCode).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({
        backends: [{ backend: 'packages/backend', plugins: [{ pluginId: 'todo' }] }],
      });
    },
    TIMEOUT,
  );

  it(
    'writes a file, without colours',
    async () => {
      using folder = makeStockRepository();

      const run = await graph(folder.root, '--output', 'docs/backend.txt');

      expect(run.exitCode).toBe(0);
      const text = readFileSync(join(folder.root, 'docs/backend.txt'), 'utf8');
      expect(text).toMatch(/^packages\/backend \(1 plugin, 1 module, \d+ services\)\n/);
    },
    TIMEOUT,
  );

  it(
    'draws what is wrong, and says so with its exit code',
    async () => {
      using folder = makeStockRepository(
        "import { createBackend } from '@backstage/backend-defaults';\nconst b = createBackend();\nb.add(undefined as any);\nb.start();\n",
      );

      const { exitCode, stdout } = await graph(folder.root);

      expect(exitCode).toBe(1);
      expect(stdout).toContain('E_FEATURE_INVALID');
    },
    TIMEOUT,
  );

  it(
    'tells why a program has no plan',
    async () => {
      using folder = makeStockRepository("import '@acme/plugin-todo';\n");

      const { exitCode, stderr } = await graph(folder.root);

      expect(exitCode).toBe(1);
      expect(stderr).toContain('packages/backend cannot be planned (src/index.ts:1)');
      expect(stderr).toContain('fix: install it: npm install @acme/plugin-todo');
    },
    TIMEOUT,
  );

  it(
    'names the plugins that there are when one is asked for that is not',
    async () => {
      using folder = makeStockRepository();

      const { exitCode, stderr } = await graph(folder.root, '--plugin', 'tood');

      expect(exitCode).toBe(2);
      expect(stderr).toMatch(/E_CLI_UNKNOWN_PLUGIN[^]*use one of todo/);
    },
    TIMEOUT,
  );

  it('refuses a backend that is not there', async () => {
    using folder = makeStockRepository();

    const { exitCode, stderr } = await graph(folder.root, 'packages/bakend');

    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/E_CLI_UNKNOWN_BACKEND[^]*packages\/backend/);
  });
});

function graph(cwd: string, ...args: string[]) {
  return runCli(['graph', ...args], { cwd, env: process.env });
}
