import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli } from '../../run-cli.js';
import { makeEsmRepository, toManifest } from '../dev/esm-repository.js';
import { getJson, PATIENCE, RunningCli } from '../dev/running-cli.js';
import { makeStockRepository } from '../dev/stock-repository.js';

describe('stagewire start', { timeout: PATIENCE }, () => {
  it('runs the sources of a backend that is not built, and ends with it when it is told to', async () => {
    using repository = await makeEsmRepository(['todo']);
    await using cli = new RunningCli(['start'], repository.root);
    const printed = await cli.until('Plugin initialization complete');

    expect(printed).toContain('running the sources of packages/backend');
    expect((await getJson(repository.port, '/api/todo/x')).body).toMatchObject({ answer: 'first' });

    cli.signal('SIGTERM');
    expect(await cli.ended()).toBe(0);
  });

  it('runs a repository of the stock layout on Stagewire, and says so', async () => {
    using repository = await makeStockRepository();
    await using cli = new RunningCli(['start', 'packages/backend'], repository.root);

    expect(await cli.until('Plugin initialization complete')).toContain(
      'packages/backend makes its backend with @backstage/backend-defaults: it runs on Stagewire',
    );
    expect((await getJson(repository.port, '/api/todo/x')).body).toMatchObject({ answer: 'first' });
  });

  it('runs what was built, with arguments for Node and its own, and passes its exit code on', async () => {
    using repository = await makeEsmRepository([], {
      'packages/backend/src/index.ts': 'process.exit(1);\n',
    });
    repository.write(
      'packages/backend/dist/index.js',
      `const { env, execArgv, argv } = process;
console.log('built', JSON.stringify([env.NODE_ENV, execArgv, argv.slice(2), process.cwd()]));
process.exit(7);
`,
    );
    await using cli = new RunningCli(
      ['start', '--config', 'app-config.yaml', '--', '--no-warnings'],
      repository.root,
    );

    const printed = await cli.until('built');
    expect(JSON.parse(printed.slice('built '.length))).toEqual([
      'production',
      ['--no-warnings'],
      ['--config', join(repository.root, 'app-config.yaml')],
      join(repository.root, 'packages/backend'),
    ]);
    expect(await cli.ended()).toBe(7);
  });

  it('runs what was built of a program of the stock layout on Stagewire, too', async () => {
    using repository = await makeStockRepository();
    repository.write('packages/backend/package.json', {
      name: 'backend',
      main: 'dist/index.cjs.js',
      backstage: { role: 'backend' },
      dependencies: { '@backstage/backend-defaults': '*' },
    });
    repository.write(
      'packages/backend/dist/index.cjs.js',
      `require('@backstage/backend-defaults').createBackend();
console.log('stock:', Object.keys(require.cache).some((file) => /backend-defaults/.test(file)));
`,
    );
    await using cli = new RunningCli(['start', 'packages/backend'], repository.root);

    expect(await cli.until('stock:')).toContain('stock: false');
  });

  it.each([
    ['a package that is not there', `import 'plugin-nowhere';\n`, 'plugin-nowhere'],
    ['a slip of syntax', 'const backend = ;\n', 'Unexpected ";"'],
    ['a slip before its backend', `throw new Error('no key');\n`, 'no key'],
  ])('tells where a program has %s, and how to mend it', async (_what, text, problem) => {
    using repository = await makeEsmRepository([], { 'packages/backend/src/index.ts': text });
    await using cli = new RunningCli(['start'], repository.root);

    const printed = await cli.until('fix:');

    expect(printed).toContain('E_CLI_PROGRAM_FAILED');
    expect(printed).toContain(problem);
    expect(await cli.until('src/index.ts:1')).not.toContain('node:internal');
    expect(await cli.ended()).toBe(1);
  });

  it('asks which backend is meant where there are several', async () => {
    using repository = await makeEsmRepository([], {
      'packages/other/package.json': toManifest('other', { role: 'backend' }),
      'packages/other/src/index.ts': '',
    });

    const run = await runCli(['start'], { cwd: repository.root });

    expect(run.exitCode).toBe(2);
    expect(run.stderr).toMatch(/E_CLI_WHICH_BACKEND.+packages\/backend, packages\/other/);
  });
});
