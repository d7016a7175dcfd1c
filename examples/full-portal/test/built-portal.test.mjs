// All that the portal does, asked of what `stagewire build` makes of it: a folder without any
// node_modules around it.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const repository = fileURLToPath(new URL('../../../', import.meta.url));
const BUILD_LIMIT_MS = 180_000;

const folder = await mkdtemp(join(tmpdir(), 'stagewire-built-portal-'));
process.env.STAGEWIRE_PORTAL = join(folder, 'portal');

before(async () => {
  const { stdout } = await promisify(execFile)(
    'npm',
    [
      'run',
      '--silent',
      'stagewire',
      '--',
      '-C',
      'examples/full-portal',
      'build',
      'index.mjs',
      '--config',
      'app-config.yaml',
      '--out',
      process.env.STAGEWIRE_PORTAL,
    ],
    {
      cwd: repository,
      timeout: BUILD_LIMIT_MS,
      env: {
        ...process.env,
        NODE_ENV: 'development',
        STAGEWIRE_DEV_TOKEN: 'a-token-for-this-test',
      },
    },
  );
  assert.match(stdout, /^Built examples\/full-portal/);
});

after(() => rm(folder, { recursive: true, force: true }));

await import('./portal.test.mjs');
