import { describe, expect, it } from 'vitest';
import { runCli } from '../../run-cli.js';
import { makeRepository } from '../../temp-repository.js';

const ROOT = { name: 'root', private: true, workspaces: ['plugins/*'] };

const COMMON = {
  name: '@acme/plugin-todo-common',
  version: '0.1.0',
  private: true,
  main: 'src/index.ts',
  backstage: { role: 'common-library', pluginId: 'todo' },
};

/** A repository with an error in one package, and a warning in another. */
function makeMistaken() {
  return makeRepository({
    'package.json': ROOT,
    'plugins/todo-common/package.json': COMMON,
    'plugins/todo-common/src/index.ts':
      "import { join } from 'node:path';\nexport const at = join('a');\n",
    'plugins/bill-common/package.json': { ...COMMON, name: '@acme/plugin-bill-common' },
    'plugins/bill-common/src/index.ts': 'export const bill = 1;\n',
  });
}

const WARNING = {
  severity: 'warning',
  code: 'E_CHECK_PLUGIN_ID_NAME',
  problem: '@acme/plugin-bill-common belongs to the plugin todo, but its name says bill',
  fix: 'make "pluginId" "bill", or put todo in the place of bill in the name',
  file: 'plugins/bill-common/package.json',
  line: 8,
  package: '@acme/plugin-bill-common',
};

const ERROR = {
  severity: 'error',
  code: 'E_CHECK_COMMON_BUILTIN',
  problem: 'a common-library imports node:path, which browsers do not have',
  fix: 'move this code into a node-library, or take what it needs as a parameter',
  file: 'plugins/todo-common/src/index.ts',
  line: 1,
  package: '@acme/plugin-todo-common',
};

describe('stagewire check', () => {
  it('tells everything that is wrong, package by package, and counts it', async () => {
    using repository = makeMistaken();

    const { exitCode, stdout } = await runCli(['check'], { cwd: repository.root });

    expect(stdout).toBe(
      `@acme/plugin-bill-common
  warning  E_CHECK_PLUGIN_ID_NAME  plugins/bill-common/package.json:8
    ${WARNING.problem}
    fix: ${WARNING.fix}

@acme/plugin-todo-common
  error  E_CHECK_COMMON_BUILTIN  plugins/todo-common/src/index.ts:1
    ${ERROR.problem}
    fix: ${ERROR.fix}

Not looked at, since nothing is installed: plan, config.

1 error, 1 warning in 2 packages, 2 files
`,
    );
    expect(exitCode).toBe(1);
  });

  it('tells programs the same', async () => {
    using repository = makeMistaken();

    const { stdout } = await runCli(['check', '--json'], { cwd: repository.root });

    expect(JSON.parse(stdout)).toEqual({
      findings: [WARNING, ERROR],
      counts: { errors: 1, warnings: 1, packages: 2, files: 2 },
      skipped: ['plan', 'config'],
    });
  });

  it('tells GitHub where to show it', async () => {
    using repository = makeMistaken();

    const { stdout } = await runCli(['check', '--format', 'github', 'plugins/todo-common'], {
      cwd: repository.root,
    });

    expect(stdout).toBe(
      `::error file=plugins/todo-common/src/index.ts,line=1,title=E_CHECK_COMMON_BUILTIN::${ERROR.problem}%0Afix: ${ERROR.fix}
1 error, 0 warnings in 1 package, 1 file
`,
    );
  });

  it('looks at the folders that are named alone, and ends well with warnings', async () => {
    using repository = makeMistaken();

    const { exitCode, stdout } = await runCli(['check', 'plugins/bill-common'], {
      cwd: repository.root,
    });

    expect(stdout).toContain('0 errors, 1 warning in 1 package, 1 file\n');
    expect(exitCode).toBe(0);
  });

  it('looks at some areas alone', async () => {
    using repository = makeMistaken();

    const { stdout } = await runCli(['check', '--only', 'imports,features'], {
      cwd: repository.root,
    });

    expect(stdout).toContain('1 error, 0 warnings in 2 packages, 2 files\n');
  });

  it('leaves out what it is told to leave out', async () => {
    using repository = makeMistaken();
    repository.write(
      'plugins/todo-common/src/index.ts',
      "// stagewire-ignore E_CHECK_COMMON_BUILTIN: our bundler brings one\nimport 'node:path';\n",
    );

    const { stdout } = await runCli(['check', '--ignore', 'E_CHECK_PLUGIN_ID_NAME'], {
      cwd: repository.root,
    });

    expect(stdout).toContain('nothing is wrong: 2 packages, 2 files\n');
  });

  it('takes the whole code of a finding that a comment leaves out', async () => {
    using repository = makeMistaken();
    repository.write(
      'plugins/todo-common/src/index.ts',
      "// stagewire-ignore E_CHECK_COMMON_BUILTIN_OTHER: another one\nimport 'node:path';\n",
    );

    const { stdout } = await runCli(['check', 'plugins/todo-common'], { cwd: repository.root });

    expect(stdout).toContain('1 error, 0 warnings');
  });

  it('says which areas there are', async () => {
    using repository = makeMistaken();

    const { exitCode, stderr } = await runCli(['check', '--only', 'code'], {
      cwd: repository.root,
    });

    expect(stderr).toContain(
      'There is no area code; there are manifests, imports, dependencies, features, backends, plan, config.',
    );
    expect(exitCode).toBe(2);
  });

  it('refuses a folder without packages', async () => {
    using repository = makeMistaken();

    const { exitCode, stderr } = await runCli(['check', 'docs'], { cwd: repository.root });

    expect(stderr).toContain('E_CLI_NO_PACKAGES');
    expect(exitCode).toBe(2);
  });
});
