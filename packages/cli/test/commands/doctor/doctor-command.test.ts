import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { ConfigReader } from '@stagewire/config';
import { describe, expect, it } from 'vitest';
import { listRemotes } from '../../../src/commands/doctor/examine-network.js';
import type { Finding } from '../../../src/commands/doctor/finding.js';

import { runCli } from '../../run-cli.js';
import { makeRepository, type TempRepository } from '../../temp-repository.js';

const TIMEOUT = 60_000;

/** A repository with a program that starts nothing: what is wrong is in what is around it. */
function makePortal(files: Record<string, unknown> = {}): TempRepository {
  return makeRepository({
    'package.json': { name: 'root', private: true, workspaces: ['packages/*'] },
    'package-lock.json': { lockfileVersion: 3, packages: {} },
    'app-config.yaml': 'backend:\n  baseUrl: http://localhost:7007\n',
    'packages/backend/package.json': {
      name: 'backend',
      version: '1.0.0',
      backstage: { role: 'backend' },
    },
    'packages/backend/src/index.mjs': '',
    ...files,
  });
}

async function examine(folder: TempRepository, ...args: string[]) {
  const options = { cwd: folder.root, env: process.env };
  const { exitCode, stdout } = await runCli(['doctor', '--json', ...args], options);
  const { findings } = JSON.parse(stdout) as { findings: Finding[] };
  return { exitCode, findings, codes: findings.map(({ code }) => code) };
}

const installed = (name: string, version: string, more: object = {}) => ({
  [`node_modules/${name}/package.json`]: { name, version, ...more },
});

describe('stagewire doctor', () => {
  it(
    'finds packages that are missing, of another version, twice there, or without their peers',
    async () => {
      using folder = makePortal({
        'packages/backend/package.json': {
          name: 'backend',
          version: '1.0.0',
          backstage: { role: 'backend' },
          dependencies: {
            '@acme/gone': '^1.0.0',
            '@acme/old': '^2.0.0',
            '@acme/plugin-todo-node': '^2.0.0',
            '@acme/plugin-todo-backend': '^1.0.0',
          },
        },
        ...installed('@acme/old', '1.0.0'),
        ...installed('@acme/plugin-todo-node', '2.0.0', { backstage: { role: 'node-library' } }),
        ...installed('@acme/plugin-todo-backend', '1.0.0', {
          dependencies: { '@acme/plugin-todo-node': '^1.0.0' },
          peerDependencies: { '@acme/host': '^3.0.0' },
        }),
        'node_modules/@acme/plugin-todo-backend/node_modules/@acme/plugin-todo-node/package.json': {
          name: '@acme/plugin-todo-node',
          version: '1.5.0',
          backstage: { role: 'node-library' },
        },
      });

      const { exitCode, findings } = await examine(folder);

      expect(exitCode).toBe(1);
      expect(findings).toMatchObject([
        { severity: 'error', code: 'E_CLI_DOCTOR_MISSING', culprits: ['backend'] },
        {
          severity: 'error',
          code: 'E_CLI_DOCTOR_RANGE',
          problem: 'backend wants @acme/old@^2.0.0, and 1.0.0 is installed',
        },
        {
          severity: 'warning',
          code: 'E_CLI_DOCTOR_PEER',
          culprits: ['@acme/plugin-todo-backend@1.0.0'],
        },
        {
          severity: 'warning',
          code: 'E_CLI_DOCTOR_DUPLICATE',
          problem: expect.stringContaining('wanted by @acme/plugin-todo-backend@1.0.0'),
        },
        { severity: 'error', code: 'E_CLI_PROGRAM_NO_START', backend: 'packages/backend' },
      ]);
    },
    TIMEOUT,
  );

  it(
    'finds versions that do not go together, and an install that is not what was wanted',
    async () => {
      using folder = makePortal({
        'package.json': {
          name: 'root',
          private: true,
          workspaces: ['packages/*'],
          engines: { node: '>=99' },
        },
        'yarn.lock': '',
        'package-lock.json': {
          packages: { 'node_modules/@stagewire/errors': { version: '0.2.0' } },
        },
        'node_modules/.package-lock.json': {
          packages: { 'node_modules/@stagewire/errors': { version: '0.1.0' } },
        },
        'backstage.json': {},
        'packages/backend/package.json': {
          name: 'backend',
          version: '1.0.0',
          backstage: { role: 'backend' },
          dependencies: { '@stagewire/errors': '^0.1.0', '@stagewire/graph': '^0.2.0' },
        },
        'packages/other/package.json': {
          name: 'other',
          dependencies: { '@stagewire/errors': '>=0.1.0' },
        },
        ...installed('@stagewire/errors', '0.1.0'),
        ...installed('@stagewire/graph', '0.2.0'),
      });

      const { codes } = await examine(folder);

      expect(codes).toEqual([
        'E_CLI_DOCTOR_NODE',
        'E_CLI_DOCTOR_LOCKFILE',
        'E_CLI_DOCTOR_RELEASE',
        'E_CLI_DOCTOR_SKEW',
        'E_CLI_DOCTOR_SKEW',
        'E_CLI_PROGRAM_NO_START',
      ]);
    },
    TIMEOUT,
  );

  it(
    'finds native modules that do not load',
    async () => {
      using folder = makePortal({
        'packages/backend/package.json': {
          name: 'backend',
          version: '1.0.0',
          backstage: { role: 'backend' },
          dependencies: { '@acme/native': '^1.0.0' },
        },
        ...installed('@acme/native', '1.0.0', { main: 'index.js' }),
        'node_modules/@acme/native/binding.gyp': '{}',
        'node_modules/@acme/native/index.js': "require('./build/Release/native.node');",
      });

      const { findings } = await examine(folder);

      expect(findings).toContainEqual(
        expect.objectContaining({
          severity: 'error',
          code: 'E_CLI_DOCTOR_NATIVE',
          problem: expect.stringContaining("Cannot find module './build/Release/native.node'"),
        }),
      );
    },
    TIMEOUT,
  );

  it(
    'says which servers it did not try, and tries them when it is told to',
    async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      using folder = makePortal({
        'app-config.yaml': `backend:
  baseUrl: http://localhost:7007
  database:
    client: pg
    connection: { host: 127.0.0.1, port: ${port} }
  cache:
    store: redis
    connection: redis://127.0.0.1:1
`,
      });

      const untried = await examine(folder);
      const tried = await examine(folder, '--connect');
      server.close();

      expect(untried.findings.at(-1)).toMatchObject({
        area: 'network',
        severity: 'info',
        problem: `not tried: the database at 127.0.0.1:${port}, the cache at 127.0.0.1:1`,
      });
      expect(tried.findings.filter(({ area }) => area === 'network')).toMatchObject([
        {
          severity: 'error',
          code: 'E_CLI_DOCTOR_UNREACHABLE',
          problem: 'the cache at 127.0.0.1:1 cannot be reached: ECONNREFUSED',
        },
      ]);
    },
    TIMEOUT,
  );

  it(
    'has a line for each area, and the number of what it found',
    async () => {
      using folder = makePortal();

      const { stdout } = await runCli(['doctor'], { cwd: folder.root, env: process.env });

      expect(stdout).toMatch(/^✓ install +Node \d/);
      expect(stdout).toMatch(/\n✗ backends +the plan of packages\/backend\n/);
      expect(stdout).toMatch(/\n\n1 error$/m);
    },
    TIMEOUT,
  );
});

describe('the servers of a configuration', () => {
  it('are those of all plugins, in any notation, without files and sockets', () => {
    const config = new ConfigReader({
      backend: {
        database: {
          client: 'pg',
          connection: { host: '/run/postgresql' },
          plugin: {
            catalog: { connection: 'postgres://user:secret@[::1]/catalog' },
            search: { client: 'better-sqlite3', connection: ':memory:' },
            todo: { client: 'mysql2', connection: { host: 'db', port: '3307' } },
          },
        },
      },
    });

    expect(listRemotes([config])).toEqual([
      { what: 'the database of catalog', host: '[::1]', port: 5432 },
      { what: 'the database of todo', host: 'db', port: 3307 },
    ]);
  });
});
