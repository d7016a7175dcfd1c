// What a new user does, in an empty folder: makes a repository, a plugin, a module and a service
// from the packages as they are published, then checks, tests, builds, starts and calls them. Its
// last line is `N passed, N failed`.
//
//   node scripts/new-user.mjs [--packed <folder>] [--node <binary>] [--keep]
//
// With --packed it takes the tarballs in a folder, where it would build and pack otherwise; with
// --node it runs all with another Node; with --keep the folder stays, for a look at it.

import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { isMain } from './lib/main.mjs';
import { findFreePort, mainOfSteps } from './lib/user.mjs';

const START_LIMIT_MS = 60_000;

/** What a user types, and what is seen; each step needs those before it. */
const steps = [
  [
    'npx --yes @stagewire/cli new backend',
    async (user) => {
      await user.types('npx', ['--yes', '@stagewire/cli', 'new', 'backend']);
      user.sees('packages/backend/src/index.ts', /createBackend\(\)/);
    },
  ],
  ['npm install', (user) => user.types('npm', ['install', '--no-audit', '--no-fund'])],
  [
    'npx stagewire new plugin todo --node --common',
    async (user) => {
      await user.types('npx', ['stagewire', 'new', 'plugin', 'todo', '--node', '--common']);
      user.sees('packages/backend/src/index.ts', /import\('@internal\/plugin-todo-backend'\)/);
    },
  ],
  [
    'npx stagewire new module todo mail',
    async (user) => {
      await user.types('npx', ['stagewire', 'new', 'module', 'todo', 'mail']);
      user.sees('plugins/todo-backend-module-mail/src/module.ts', /todoGreetingExtensionPoint/);
    },
  ],
  [
    'npx stagewire new service clock',
    async (user) => {
      await user.types('npx', ['stagewire', 'new', 'service', 'clock']);
      user.sees('packages/backend/src/index.ts', /import\('@internal\/clock-service'\)/);
    },
  ],
  [
    'npx stagewire new service stamp --in plugins/todo-node',
    async (user) => {
      await user.types('npx', [
        'stagewire',
        'new',
        'service',
        'stamp',
        '--in',
        'plugins/todo-node',
      ]);
      user.sees('plugins/todo-node/src/index.ts', /stampServiceRef/);
    },
  ],
  ['npx tsc', (user) => user.types('npx', ['tsc'])],
  ['npx stagewire check', (user) => user.types('npx', ['stagewire', 'check'])],
  [
    'npm test',
    async (user) => {
      const output = await user.types('npm', ['test']);
      assert.equal(sum(output, /^\S+ pass (\d+)/gm), 10);
      assert.equal(sum(output, /^\S+ fail (\d+)/gm), 0);
    },
  ],
  [
    'npm run build, and require() of what it gives',
    async (user) => {
      await user.types('npm', ['run', 'build']);
      const names = ['plugin-todo-backend', 'plugin-todo-backend-module-mail', 'clock-service'];
      const program = names
        .map((name) => `console.log(require('@internal/${name}').default.$$type)`)
        .join(';');
      const output = await user.types('node', ['-e', program]);
      assert.equal(output.match(/@backstage\/BackendFeature/g)?.length, names.length);
    },
  ],
  [
    'npm pack of the plugin',
    async (user) => {
      const output = await user.types('npm', ['pack', '--workspace', 'plugins/todo-backend']);
      assert.match(output, /dist\/index\.js/);
      assert.doesNotMatch(output, /tsbuildinfo/);
    },
  ],
  [
    'npm start, and requests to the plugin',
    async (user) => {
      const { url, stop } = await startBackend(user);
      try {
        const refused = await fetch(`${url}/api/todo/hello`);
        assert.equal(refused.status, 401);
        const [, token] = /token: (\S+)/.exec(user.reads('app-config.local.yaml')) ?? [];
        const headers = { authorization: `Bearer ${token}` };
        const answer = await fetch(`${url}/api/todo/hello`, { headers });
        assert.deepEqual(await answer.json(), { message: 'Welcome, developer.' });
      } finally {
        await stop();
      }
    },
  ],
];

/** Types `npm start`, and waits until the backend is ready. */
async function startBackend(user) {
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  const { child, output, stop } = user.leavesRunning('npm', ['start'], {
    APP_CONFIG_backend_listen_port: String(port),
  });
  if (!(await untilReady(`${url}/.backstage/health/v1/readiness`, child))) {
    await stop();
    assert.fail(`npm start came to nothing:\n${output()}`);
  }
  return { url, stop };
}

/** Another process has no event for us, so it is asked. */
async function untilReady(url, child) {
  const deadline = performance.now() + START_LIMIT_MS;
  while (child.exitCode === null && performance.now() < deadline) {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2000) }).catch(() => undefined);
    if (answer?.ok) return true;
    await wait(100);
  }
  return false;
}

function sum(text, pattern) {
  return [...text.matchAll(pattern)].reduce((total, [, count]) => total + Number(count), 0);
}

if (isMain(import.meta)) await mainOfSteps(steps);
