import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const START_LIMIT_MS = 90_000;
const STOP_LIMIT_MS = 15_000;
const POLL_INTERVAL_MS = 200;

/**
 * Starts the portal as `npm start` does: on a free port, with a data folder of its own.
 *
 * @param settings - keys of the configuration that are set to something else, by path with `_`
 * @returns the running portal, see below
 */
export async function startPortal(settings) {
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const data = await mkdtemp(join(tmpdir(), 'stagewire-full-portal-'));
  const overrides = {
    backend_listen_port: port,
    backend_baseUrl: url,
    backend_database_connection_directory: data,
    techdocs_publisher_local_publishDirectory: join(data, 'techdocs'),
    ...settings,
  };
  const child = spawn(process.execPath, ['start.mjs'], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: {
      ...process.env,
      NODE_ENV: 'development',
      NODE_OPTIONS: '',
      STAGEWIRE_DEV_TOKEN: 'a-token-for-this-test',
      ...Object.fromEntries(
        Object.entries(overrides).map(([key, value]) => [
          `APP_CONFIG_${key}`,
          JSON.stringify(value),
        ]),
      ),
    },
  });
  const printed = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text) => printed.push(text));
  const exited = once(child, 'exit');

  const portal = {
    url,
    output: () => Buffer.concat(printed).toString('utf8'),
    /** Asks it to stop; gives back its exit code, or 'did not end'. */
    async stop() {
      child.kill('SIGTERM');
      const ended = await Promise.race([
        exited,
        wait(STOP_LIMIT_MS, ['did not end'], { ref: false }),
      ]);
      child.kill('SIGKILL');
      await rm(data, { recursive: true, force: true });
      return ended[0];
    },
  };
  try {
    await eventually(() => {
      if (child.exitCode !== null) throw new Error('the portal ended');
      return portal.output().includes('The portal is up');
    }, START_LIMIT_MS);
  } catch (error) {
    await portal.stop();
    throw new Error(`the portal did not start; it said:\n${portal.output()}`, { cause: error });
  }
  return portal;
}

/** A small HTTP server that stands for somebody else's; gives back its URL and how to end it. */
export async function startServer(answer) {
  const server = createHttpServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Looks again until something is found, and fails when that takes too long. */
export async function eventually(look, limit = 60_000) {
  const deadline = Date.now() + limit;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`nothing came of it within ${limit} ms: ${look}`);
    await wait(POLL_INTERVAL_MS);
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
