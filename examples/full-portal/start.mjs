// Installs what is missing, starts the portal, and says how to try it once it is up.
//
//   node start.mjs [--config <file> …]      app-config.yaml by default
//
// With the folder of a build in STAGEWIRE_PORTAL (stagewire build), that is started in its place.

import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { installOnDemand } from '../../compat/lib/install-on-demand.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const repository = fileURLToPath(new URL('../../', import.meta.url));
const POLL_INTERVAL_MS = 100;

if (!existsSync(`${repository}node_modules/tsx`)) {
  console.error(`Stagewire itself is not installed: run npm ci in ${repository}`);
  process.exit(1);
}
await installOnDemand(here);

const started = performance.now();
const env = {
  ...process.env,
  NODE_ENV: process.env.NODE_ENV || 'development',
  STAGEWIRE_DEV_TOKEN: process.env.STAGEWIRE_DEV_TOKEN || randomBytes(18).toString('base64url'),
};
const url = `http://localhost:${env.APP_CONFIG_backend_listen_port || 7007}`;
const portal = start();
tellWhenReady();

/** The portal in a process of its own, which ends with this one and this one with it. */
function start() {
  const chosen = process.argv.slice(2);
  const built = process.env.STAGEWIRE_PORTAL;
  const child = spawn(
    process.execPath,
    [
      ...(built
        ? [join(built, 'index.cjs')]
        : ['--import=tsx', '--conditions=@stagewire/source', 'index.mjs']),
      ...(chosen.length > 0 ? chosen : ['--config', 'app-config.yaml']),
    ],
    { cwd: here, stdio: 'inherit', env },
  );
  for (const signal of ['SIGINT', 'SIGTERM']) {
    // What runs npm ends this process at once; from here on it has to wait for the portal.
    process.removeAllListeners(signal);
    process.on(signal, () => child.kill(signal));
  }
  process.on('exit', () => child.kill('SIGKILL'));
  child.on('exit', (code) => process.exit(code ?? 1));
  return child;
}

async function tellWhenReady() {
  while (portal.exitCode === null) {
    const answer = await fetch(`${url}/.backstage/health/v1/readiness`).catch(() => undefined);
    if (answer?.ok) break;
    await wait(POLL_INTERVAL_MS);
  }
  if (portal.exitCode === null) console.log(welcome());
}

function welcome() {
  const lines = [
    '',
    `The portal is up after ${((performance.now() - started) / 1000).toFixed(1)} s: ${url}`,
  ];
  if (env.NODE_ENV !== 'production') {
    lines.push(
      '',
      `  curl ${url}/api/auth/guest/refresh`,
      `  curl -H 'Authorization: Bearer ${env.STAGEWIRE_DEV_TOKEN}' '${url}/api/catalog/entities?limit=3'`,
      '',
      'The token is for development only; STAGEWIRE_DEV_TOKEN sets another one.',
    );
  }
  return `${lines.join('\n')}\n`;
}
