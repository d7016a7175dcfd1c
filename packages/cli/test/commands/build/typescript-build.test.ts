import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BuildManifest } from '../../../src/commands/build/write-manifest.js';
import { runCli } from '../../run-cli.js';
import { TempRepository } from '../../temp-repository.js';

/** Time for two runs of a program that is built, on a machine that is busy; milliseconds. */
const BUILD_LIMIT = 100_000;

const PROGRAM = `import { createBackend } from '@backstage/backend-defaults';
import { whole } from 'stays-whole';
import { fail, type Failure } from './fail';
import { createRival } from './rival';

interface Settings {
  throws: boolean;
}

const settings: Settings = { throws: process.env.THROW === 'yes' };
const failure: Failure = { message: 'told by the program' };
if (settings.throws) fail(failure);
if (process.env.FACTS) { console.log(JSON.stringify(whole)); process.exit(0); }
if (process.env.LATER) { console.log((await import('./later')).later); process.exit(0); }
const backend = createBackend();
backend.add(import('plugin-todo-backend'));
if (process.env.RIVAL) backend.add(createRival());
await backend.start();
process.exit(0);
`;

/** A repository of the stock layout. */
const FILES: Record<string, unknown> = {
  'package.json': { name: 'repository', workspaces: ['packages/*'], private: true },
  'app-config.yaml': `
backend:
  baseUrl: http://localhost:7007
  listen: { port: 0 }
  database: { client: better-sqlite3, connection: ':memory:' }
todo: { limit: 3 }
`,
  'packages/backend/package.json': {
    name: 'backend',
    version: '1.0.0',
    type: 'module',
    main: 'dist/index.js',
    backstage: { role: 'backend' },
    dependencies: {
      '@backstage/backend-defaults': '*',
      '@stagewire/plugin-api': '*',
      'plugin-todo-backend': '*',
      'stays-whole': '*',
    },
  },
  'packages/backend/src/index.ts': PROGRAM,
  'packages/backend/src/fail.ts': `export type Failure = {
  message: string;
};

export function fail({ message }: Failure): never {
  throw new Error(message);
}
`,
  'packages/backend/src/later.ts': `export const later: string = 'read when it was needed';`,
  'packages/backend/src/rival.ts': `import { createBackendPlugin } from '@stagewire/plugin-api';

type Nothing = { nothing?: undefined };

export function createRival(_nothing: Nothing = {}) {
  return createBackendPlugin({ pluginId: 'todo', register(env) {
    env.registerInit({ deps: {}, async init() {} });
  } });
}
`,
  'node_modules/plugin-todo-backend/package.json': {
    name: 'plugin-todo-backend',
    version: '2.0.0',
    backstage: { role: 'backend-plugin', pluginId: 'todo' },
    main: 'index.js',
    configSchema: 'config.d.ts',
    dependencies: { '@stagewire/plugin-api': '*' },
  },
  'node_modules/plugin-todo-backend/config.d.ts': `export interface Config {
  todo?: { limit?: number };
}
`,
  'node_modules/plugin-todo-backend/index.js': `
const { createBackendPlugin } = require('@stagewire/plugin-api');
exports.__esModule = true;
exports.default = createBackendPlugin({ pluginId: 'todo', register(env) {
  env.registerInit({ deps: {}, async init() {} });
} });`,
  'node_modules/stays-whole/package.json': {
    name: 'stays-whole',
    version: '1.0.0',
    main: 'index.js',
  },
  'node_modules/stays-whole/index.js': `
const { readFileSync } = require('node:fs');
exports.whole = { lines: readFileSync(__filename, 'utf8').split('\\n').length, stack: new Error().stack.split('\\n')[1] };`,
};

describe('a TypeScript backend of the stock layout that was built', () => {
  let repository: TempRepository;
  let built: string;
  let printed: string;

  beforeAll(async () => {
    repository = new TempRepository(FILES);
    const target = fileURLToPath(new URL('../../../../plugin-api', import.meta.url));
    repository.link('node_modules/@stagewire/plugin-api', target);
    const { root } = repository;
    built = join(root, 'packages/backend/build');
    const { exitCode, stdout, stderr } = await runCli(['build', '--external', 'stays-whole'], {
      cwd: root,
      env: { PATH: process.env.PATH },
    });
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    printed = stdout;
  }, BUILD_LIMIT);

  afterAll(() => repository[Symbol.dispose]());

  it('is in build/ of its package, runs on Stagewire, and both are told', () => {
    const { status, stderr } = run({});

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(printed).toContain('@backstage/backend-defaults: it runs on Stagewire');
    expect(printed).toContain('Built packages/backend into packages/backend/build');
  });

  it('tells lines of its sources, with source maps', () => {
    const { status, stderr } = run({ THROW: 'yes' }, ['--enable-source-maps']);

    expect(status).toBe(1);
    expect(stderr).toMatch(/told by the program[^]*src\/fail\.ts:6:9[^]*src\/index\.ts:12:/);
  });

  it('names sources and lines of features without them', () => {
    const { status, stderr } = run({ RIVAL: 'yes' });

    expect(status).toBe(1);
    expect(stderr).toMatch(/backend@1\.0\.0, .*packages\/backend\/src\/rival\.ts:6/);
    expect(stderr).toMatch(/added at .*packages\/backend\/src\/index\.ts:17/);
    expect(stderr).toContain('plugin-todo-backend@2.0.0');
    expect(stderr).not.toContain('backend.cjs');
  });

  it('reads modules that its start did not load when they are needed', () => {
    expect(run({ LATER: '1' }).stdout).toBe('read when it was needed\n');
  });

  it('leaves packages whole that were named', () => {
    const { lines, stack } = JSON.parse(run({ FACTS: '1' }).stdout) as {
      lines: number;
      stack: string;
    };

    expect(lines).toBe(3);
    expect(stack).toMatch(/node_modules\/stays-whole\/index\.js:3:/);
    expect(printed).toMatch(/stays-whole stays whole: as --external says/);
    const manifest = JSON.parse(
      readFileSync(join(built, 'manifest.json'), 'utf8'),
    ) as BuildManifest;
    const kinds = Object.fromEntries(manifest.packages.map(({ name, kind }) => [name, kind]));
    expect(kinds).toMatchObject({ 'stays-whole': 'external', 'plugin-todo-backend': 'bundled' });
  });

  it('holds configuration to what packages say, with no types to convert', () => {
    const { configSchema } = JSON.parse(
      readFileSync(join(built, findPath('plugin-todo-backend'), 'package.json'), 'utf8'),
    ) as { configSchema: string };
    const { status, stderr } = run({ APP_CONFIG_todo_limit: 'many' });

    expect(configSchema).toBe('config.schema.json');
    expect(status).toBe(1);
    expect(stderr).toContain("'todo.limit'");
  });

  function findPath(name: string): string {
    const manifest = readFileSync(join(built, 'manifest.json'), 'utf8');
    const { packages } = JSON.parse(manifest) as BuildManifest;
    return packages.find((each) => each.name === name)!.path;
  }

  function run(env: Record<string, string>, nodeArguments: string[] = []) {
    return spawnSync(process.execPath, [...nodeArguments, join(built, 'index.cjs')], {
      cwd: join(repository.root, 'packages/backend'),
      encoding: 'utf8',
      timeout: 20_000,
      env: { PATH: process.env.PATH, ...env },
    });
  }
});
