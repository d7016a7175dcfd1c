import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { globSync } from 'tinyglobby';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BuildManifest } from '../../../src/commands/build/write-manifest.js';
import { runCli } from '../../run-cli.js';
import { TempRepository } from '../../temp-repository.js';

/** Time for two runs of a program that is built, on a machine that is busy; milliseconds. */
const BUILD_LIMIT = 100_000;

const PROGRAM = `
import { createBackend } from '@stagewire/backend';
import legacy, { named } from 'legacy-kind';
import { two } from 'circle';
import { createRequire } from 'node:module';
import { here, readAsset } from 'with-assets';
import data from 'cjs-tools/data.json' with { type: 'json' };
const { viaOther, versions, missing, dialect, file, optional } = (await import('cjs-tools')).default;
const require = createRequire(import.meta.url);

const backend = createBackend();
backend.add(import('plugin-todo-backend'));
backend.add(import('plugin-greedy-backend'));
const facts = {
  legacy: [typeof legacy.default, named], circle: two(), asset: readAsset(), isHere: here === import.meta.url,
  data, other: viaOther(), versions, missing, dialect: dialect('lite').name, file, optional,
  isSame: require('cjs-tools').dialect('lite') === dialect('lite'),
  isMain: require.main === undefined, argv: process.argv.slice(1),
  lazy: (await import('with-assets/lazy.js')).lazy,
};
if (process.env.FACTS) { console.log(JSON.stringify(facts)); process.exit(0); }
if (process.env.THROW) require('cjs-tools').fail();
await backend.start();
`;

/** A plugin that leaves something behind wherever it can, and goes on where it cannot. */
const GREEDY = `
const { createBackendPlugin, coreServices } = require('@stagewire/plugin-api');
const { writeFileSync } = require('node:fs');
const { execSync, spawnSync, spawn } = require('node:child_process');
const Database = require('libsql');
const attempt = (action) => { try { action(); } catch { /* that is what is asked for */ } };
exports.default = createBackendPlugin({ pluginId: 'greedy', register(env) {
  env.registerInit({ deps: { database: coreServices.database }, async init({ database }) {
    if (process.env.END || process.env.GREEDY !== 'yes') return;
    await (await database.getClient()).schema.createTable('left', (table) => table.string('by'));
    attempt(() => new Database('own.sqlite').exec('create table left (by text)'));
    attempt(() => writeFileSync('own.txt', 'left'));
    attempt(() => execSync('touch by-exec.txt'));
    attempt(() => spawnSync('touch', ['by-spawn-sync.txt']));
    attempt(() => spawn('touch', ['by-spawn.txt']).on('error', () => {}));
  } });
} });`;

/** Packages of every kind that is published, and a backend that uses them. */
const FILES: Record<string, unknown> = {
  'package.json': { name: 'repository', workspaces: ['packages/*'], private: true },
  'app-config.yaml': `
backend:
  baseUrl: http://localhost:7007
  listen: { port: 7007 }
  database:
    client: better-sqlite3
    connection: { directory: './data' }
    plugin: { greedy: { connection: { filename: './greedy.sqlite' } } }
`,
  'packages/backend/package.json': {
    name: 'backend',
    version: '1.0.0',
    type: 'module',
    backstage: { role: 'backend' },
    files: ['dist'],
    dependencies: {
      '@stagewire/backend': '*',
      'plugin-todo-backend': '*',
      'plugin-greedy-backend': '*',
      'cjs-tools': '*',
      'legacy-kind': '*',
      circle: '*',
      'with-assets': '*',
    },
  },
  'packages/backend/src/index.js': PROGRAM,
  'node_modules/plugin-todo-backend/package.json': {
    name: 'plugin-todo-backend',
    version: '2.0.0',
    license: 'MIT',
    backstage: { role: 'backend-plugin', pluginId: 'todo' },
    main: 'index.js',
    dependencies: { '@stagewire/plugin-api': '*' },
    files: ['index.js', 'migrations'],
  },
  'node_modules/plugin-todo-backend/migrations/1_begin.js': 'exports.up = () => {};',
  'node_modules/plugin-todo-backend/index.js': `
Object.defineProperty(exports, '__esModule', { value: true });
const { createBackendPlugin, coreServices, resolvePackagePath } = require('@stagewire/plugin-api');
const { existsSync } = require('node:fs');
exports.default = createBackendPlugin({ pluginId: 'todo', register(env) {
  env.registerInit({ deps: { logger: coreServices.logger }, async init({ logger }) {
    logger.info('migrations ' + existsSync(resolvePackagePath('plugin-todo-backend', 'migrations', '1_begin.js')));
    if (process.env.END) setTimeout(() => process.exit(0), 50);
  } });
} });`,
  'node_modules/plugin-greedy-backend/package.json': {
    name: 'plugin-greedy-backend',
    version: '1.0.0',
    backstage: { role: 'backend-plugin', pluginId: 'greedy' },
    main: 'index.js',
    dependencies: { '@stagewire/plugin-api': '*', libsql: '*' },
  },
  'node_modules/plugin-greedy-backend/index.js': GREEDY,
  'node_modules/cjs-tools/package.json': {
    name: 'cjs-tools',
    version: '1.2.3',
    license: 'ISC',
    main: 'index.js',
    dependencies: { 'in-two': '1', 'uses-old': '*' },
    optionalDependencies: { 'not-installed': '*' },
  },
  'node_modules/cjs-tools/index.js': `#!/usr/bin/env node
'use strict';
const path = require('path');
const first = require('in-two');
exports.viaOther = () => typeof require('legacy-kind').default;
exports.versions = [first, require('uses-old')];
try { require('not-installed'); } catch (error) { exports.missing = error.code; }
exports.optional = (() => { try { return require.resolve('not-installed'); } catch { return 'none'; } })();
exports.dialect = (name) => require('./dialects/' + name + '.js');
exports.file = path.relative(path.join(__dirname, '../..'), __filename).split(path.sep).join('/');
exports.text = 'ä€😀';
exports.fail = () => {
  throw new Error('told by cjs-tools');
};
`,
  'node_modules/cjs-tools/data.json': { from: 'data' },
  'node_modules/cjs-tools/dialects/lite.js': `exports.name = 'lite of ' + require('../index.js').text;`,
  'node_modules/in-two/package.json': { name: 'in-two', version: '2.0.0' },
  'node_modules/in-two/index.js': `module.exports = require('./package.json').version;`,
  'node_modules/uses-old/package.json': {
    name: 'uses-old',
    version: '1.0.0',
    dependencies: { 'in-two': '1' },
  },
  'node_modules/uses-old/index.js': `module.exports = require('in-two');`,
  'node_modules/uses-old/node_modules/in-two/package.json': { name: 'in-two', version: '1.0.0' },
  'node_modules/uses-old/node_modules/in-two/index.js': `module.exports = require('./package.json').version;`,
  'node_modules/legacy-kind/package.json': { name: 'legacy-kind', version: '1.0.0' },
  'node_modules/legacy-kind/index.js': `
Object.defineProperty(exports, '__esModule', { value: true });
exports.default = function legacy() {};
exports.named = 'named';`,
  'node_modules/circle/package.json': {
    name: 'circle',
    version: '1.0.0',
    type: 'module',
    exports: './one.js',
  },
  'node_modules/circle/one.js': `export { two } from './two.js'; export function one() { return 1; }`,
  'node_modules/circle/two.js': `import { one } from './one.js'; export function two() { return one() + 1; }`,
  'node_modules/with-assets/package.json': {
    name: 'with-assets',
    version: '1.0.0',
    type: 'module',
    exports: { '.': './index.js', './lazy.js': './lazy.js' },
  },
  'node_modules/with-assets/index.js': `
import { readFileSync } from 'node:fs';
export const here = import.meta.url;
export const readAsset = () => readFileSync(new URL('./asset.txt', import.meta.url), 'utf8') + import.meta.dirname.length;`,
  'node_modules/with-assets/asset.txt': 'asset ',
  'node_modules/with-assets/lazy.js': `export const lazy = await Promise.resolve('lazy');`,
  'package-lock.json': {
    lockfileVersion: 3,
    packages: { 'node_modules/cjs-tools': { version: '1.2.3', integrity: 'sha512-cjs' } },
  },
};

describe('a backend that was built', () => {
  let repository: TempRepository;
  let folder: string;
  let built: string;
  let printed: string;
  /** Files outside of the build that were not there before it. */
  let left: string[];

  beforeAll(async () => {
    repository = new TempRepository(FILES);
    for (const name of ['backend', 'plugin-api']) {
      const target = fileURLToPath(new URL(`../../../../${name}`, import.meta.url));
      repository.link(`node_modules/@stagewire/${name}`, target);
    }
    const libsql = fileURLToPath(new URL('../../../../../node_modules/libsql', import.meta.url));
    repository.link('node_modules/libsql', libsql);
    const before = listFiles(repository);
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'stagewire-built-')));
    const out = join(repository.root, 'out');
    const { exitCode, stdout, stderr } = await build(repository, out);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    printed = stdout;
    left = listFiles(repository).filter((file) => !before.includes(file));
    // Elsewhere, with nothing around it.
    built = join(folder, 'copied');
    cpSync(out, built, { recursive: true, verbatimSymlinks: true });
  }, BUILD_LIMIT);

  afterAll(() => {
    repository[Symbol.dispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  it('loads packages of every kind as Node does, from wherever it was copied', () => {
    const facts = JSON.parse(run({ FACTS: '1' }).stdout) as Record<string, unknown>;

    expect(facts).toEqual({
      legacy: ['function', 'named'],
      circle: 2,
      asset: expect.stringMatching(/^asset \d+$/),
      isHere: false,
      data: { from: 'data' },
      other: 'function',
      versions: ['2.0.0', '1.0.0'],
      missing: 'MODULE_NOT_FOUND',
      dialect: 'lite of ä€😀',
      file: expect.stringMatching(/node_modules\/cjs-tools\/index\.js$/),
      optional: 'none',
      isSame: true,
      isMain: true,
      argv: [
        expect.stringMatching(/packages\/backend\/src\/index\.js$/),
        '--config',
        'app-config.yaml',
      ],
      lazy: 'lazy',
    });
  });

  it('starts its plugins, which find their migrations', () => {
    const { status, stdout, stderr } = run({ END: '1' });

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('migrations true');
  });

  it('runs with another Node or other options of V8, and says that it is slower', () => {
    const { status, stderr } = run({ FACTS: '1' }, ['--no-opt']);

    expect(status).toBe(0);
    expect(stderr).toMatch(/^stagewire: .* build again with this one: stagewire build\n$/);
  });

  it('tells the place in a package where something was thrown, with source maps', () => {
    const { status, stderr } = run({ THROW: '1' }, ['--enable-source-maps']);

    expect(status).toBe(1);
    expect(stderr).toMatch(/told by cjs-tools[^]*node_modules\/cjs-tools\/index\.js:13:/);
  });

  it('was tried without anything being written, opened or started', () => {
    expect(left).toEqual([]);
    expect(printed).not.toContain('would not start');
  });

  it('lists what went into it', () => {
    const manifest = readManifest(built);

    expect(manifest).toMatchObject({ format: 1, node: process.version, v8: process.versions.v8 });
    expect(manifest.packages.find(({ name }) => name === 'cjs-tools')).toMatchObject({
      version: '1.2.3',
      licence: 'ISC',
      integrity: 'sha512-cjs',
      kind: 'bundled',
    });
    expect(printed).toMatch(/^Built packages\/backend into /);
    expect(printed).toMatch(/Run it with: node .*index\.cjs/);
  });

  it(
    'stays when the next build fails',
    async () => {
      const out = join(repository.root, 'out');
      const before = readManifest(out).files;
      repository.write('packages/backend/src/index.js', `import 'not-there-at-all';`);

      const { exitCode, stderr } = await build(repository, out);

      expect(exitCode).toBe(1);
      expect(stderr).toContain('not-there-at-all');
      expect(readManifest(out).files).toEqual(before);
      repository.write('packages/backend/src/index.js', PROGRAM);
    },
    BUILD_LIMIT,
  );

  it('is not put where something else is', async () => {
    const { exitCode, stderr } = await build(repository, join(repository.root, 'packages'));

    expect(exitCode).toBe(2);
    expect(stderr).toContain('E_CLI_BUILD_OUT');
    expect(existsSync(join(repository.root, 'packages/backend'))).toBe(true);
  });

  function run(env: Record<string, string>, nodeArguments: string[] = []) {
    return spawnSync(
      process.execPath,
      [...nodeArguments, join(built, 'index.cjs'), '--config', 'app-config.yaml'],
      {
        cwd: repository.root,
        encoding: 'utf8',
        timeout: 20_000,
        env: {
          PATH: process.env.PATH,
          ...env,
          APP_CONFIG_backend_listen_port: '0',
          APP_CONFIG_backend_database_connection: '":memory:"',
        },
      },
    );
  }
});

/** As it is called in a repository: in a process, from sources. */
function build({ root }: TempRepository, out: string) {
  const { PATH } = process.env;
  return runCli(
    ['build', 'packages/backend', '--out', out, '--config', join(root, 'app-config.yaml')],
    {
      cwd: root,
      env: { PATH, GREEDY: 'yes', APP_CONFIG_backend_database_plugin_todo_client: 'pg' },
    },
  );
}

function listFiles({ root }: TempRepository): string[] {
  const ignore = ['out/**', '**/.cache/**'];
  return globSync('**', { cwd: root, dot: true, followSymbolicLinks: false, ignore });
}

function readManifest(folder: string): BuildManifest {
  return JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as BuildManifest;
}
