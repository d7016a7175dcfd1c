// What would be published, as its users get it: packed, installed into an empty folder, started
// from an ESM and from a CommonJS program.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { build } from '../build.mjs';
import { runNpm } from '../lib/npm.mjs';
import { run } from '../lib/run.mjs';
import { repository } from '../lib/workspace.mjs';
import { pack } from '../pack.mjs';

const MINUTES = 60;

/** Starts a backend with one plugin of each plugin API form, asks it, and stops it. */
const program = `
async function main({ createBackend }, { coreServices, createBackendPlugin }) {
  const backend = createBackend();
  backend.add(
    createBackendPlugin({
      pluginId: 'hello',
      register(reg) {
        reg.registerInit({
          deps: { router: coreServices.httpRouter, database: coreServices.database },
          async init({ router, database }) {
            const db = await database.getClient();
            const [{ answer }] = await db.select(db.raw('40 + 2 as answer'));
            router.use((req, res) => res.json({ answer }));
            router.addAuthPolicy({ path: '/', allow: 'unauthenticated' });
          },
        });
      },
    }),
  );
  const { result } = await backend.start();
  const response = await fetch(process.env.ASK);
  console.log(JSON.stringify({ outcome: result.outcome, answer: await response.json() }));
  await backend.stop();
}`;

const programs = {
  'esm.mjs': `import * as backend from '@stagewire/backend';
import { CacheManager } from '@stagewire/backend/cache';
import { CacheManager as SameManager } from '@stagewire/services/cache';
import * as api from '@stagewire/plugin-api';
${program}
if (CacheManager !== SameManager) throw new Error('two copies of a building block');
await main(backend, api);`,
  'commonjs.cjs': `${program}
import('@stagewire/plugin-api').then((api) => {
  if (api !== require('@stagewire/plugin-api')) throw new Error('two copies of a package');
});
const { rootHttpRouterServiceFactory } = require('@stagewire/backend/rootHttpRouter');
if (!require('@stagewire/backend').defaultServiceFactories.includes(rootHttpRouterServiceFactory)) {
  throw new Error('two copies of a factory');
}
main(require('@stagewire/backend'), require('@stagewire/plugin-api'));`,
};

describe('the published packages', () => {
  let folder;

  before(
    async () => {
      folder = mkdtempSync(join(tmpdir(), 'stagewire-published-'));
      const built = await build(repository);
      assert.ok(built.ok, built.output);
      const packed = await pack(repository, join(folder, 'tarballs'));
      writeFileSync(join(folder, 'package.json'), '{ "name": "somebody", "private": true }');
      for (const [name, text] of Object.entries(programs)) writeFileSync(join(folder, name), text);
      const files = packed.map(({ file }) => file);
      const installed = await runNpm(
        ['install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', ...files],
        { cwd: folder, seconds: 5 * MINUTES },
      );
      assert.equal(installed.code, 0, installed.output);
    },
    { timeout: 8 * MINUTES * 1000 },
  );

  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const name of Object.keys(programs)) {
    it(`start a backend from ${name}, outside of the workspace`, async () => {
      const port = await findFreePort();
      writeFileSync(
        join(folder, 'app-config.yaml'),
        `backend:\n  baseUrl: http://127.0.0.1:${port}\n  listen: 127.0.0.1:${port}\n`,
      );

      const { code, output } = await run(process.execPath, [name], {
        cwd: folder,
        env: { ...process.env, ASK: `http://127.0.0.1:${port}/api/hello`, NODE_ENV: 'production' },
        seconds: MINUTES,
      });

      assert.equal(code, 0, output);
      assert.match(output, /\{"outcome":"success","answer":\{"answer":42\}\}/);
    });
  }
});

async function findFreePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}
