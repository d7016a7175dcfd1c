import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, rm } from 'node:fs/promises';
import { Agent, get } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pinned } from './pinned.mjs';
import { usageOf } from './usage.mjs';

const POLL_MS = 5;
const STOP_LIMIT_MS = 15_000;

/**
 * Starts a contestant in a process of its own, waits until it is ready, looks at it, and ends it.
 *
 * @param options - those of {@link withBackend}, and `idle`: ms to wait after readiness before
 *   memory is read; undefined reads it at once
 * @returns `{ readyMs, cpuMs, rss }`: from spawn to the first 200, CPU time up to then, resident
 *   bytes after the wait; `cpuMs` is undefined where /proc is missing
 * @throws as {@link withBackend}
 */
export async function startRun(contestant, { idle, ...options }) {
  return withBackend(contestant, options, async ({ readyMs, cpuMs, usage }) => {
    if (idle) await wait(idle);
    const { rss } = await usage();
    return { readyMs, cpuMs, rss };
  });
}

/**
 * Starts a contestant in a process of its own, hands it to `use` when it is ready, and ends it.
 *
 * @param contestant - `{ label, script }`, as in contestants.mjs
 * @param options
 * - `folder`: app folder to start in
 * - `node`: the Node to start, default the one that runs this
 * - `nodeOptions`: its options, default none
 * - `core`: the core that it runs on, default any
 * - `config`: its configuration file, default that of the folder
 * - `plugins`: how many trivial plugins, default 1
 * - `query`: whether each of them queries its database while it starts, default false
 * - `env`: further environment variables
 * - `limit`: ms until a start counts as failed, default 60,000
 * @param use - called with `{ url, port, pid, readyMs, cpuMs, usage() }`: `url` has no slash at its
 *   end, `usage()` tells `{ rss, cpuMs }` now
 * @returns what `use` settles with
 * @throws when the process ends, or time is up, before it is ready, or when `use` throws; with the
 *   end of its log
 */
export async function withBackend(contestant, options, use) {
  const { folder, limit = 60_000 } = options;
  const port = await freePort();
  const logFile = join(folder, `run-${port}.log`);
  const log = await open(logFile, 'w');
  const startedAt = performance.now();
  const [program, ...args] = commandOf(contestant, options);
  const child = spawn(program, args, {
    cwd: folder,
    // A file, as a log collector's: a pipe would make our reading part of what is measured.
    stdio: ['ignore', log.fd, log.fd],
    env: environmentOf(port, options),
  });
  const exited = once(child, 'exit');
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  try {
    await untilReady(child, port, startedAt + limit);
    const readyMs = performance.now() - startedAt;
    const usage = () => usageOf(child.pid);
    const { cpuMs } = await usage();
    const url = `http://127.0.0.1:${port}`;
    return await use({ url, port, pid: child.pid, readyMs, cpuMs, usage });
  } catch (error) {
    const text = await readFile(logFile, 'utf8');
    throw new Error(`${contestant.label}: ${error.message}\n${text.slice(-3000)}`, {
      cause: error,
    });
  } finally {
    await end(child, exited);
    process.off('exit', kill);
    await log.close();
    await rm(logFile);
  }
}

function commandOf({ script }, { folder, node, nodeOptions = [], core, config }) {
  const configFile = config ?? join(folder, 'app-config.yaml');
  const command = [node?.path ?? process.execPath, ...nodeOptions, script, '--config', configFile];
  return pinned(command, core);
}

function environmentOf(port, { plugins = 1, query = false, env }) {
  return {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    NODE_ENV: 'production',
    APP_CONFIG_backend_listen_port: String(port),
    BENCH_PLUGINS: String(plugins),
    BENCH_QUERY: query ? '1' : '0',
    ...env,
  };
}

/** Asks each 5 ms over one kept connection. Before the port is open, each try is a new connection. */
async function untilReady(child, port, deadline) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    for (;;) {
      if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode} while starting`);
      if (performance.now() > deadline) throw new Error('not ready in time');
      if ((await readiness(agent, port)) === 200) return;
      await wait(POLL_MS);
    }
  } finally {
    agent.destroy();
  }
}

/** The status of the readiness path; 0 when nobody listens. */
function readiness(agent, port) {
  return new Promise((resolve) => {
    const request = get(
      { agent, host: '127.0.0.1', port, path: '/.backstage/health/v1/readiness', timeout: 10_000 },
      (response) => {
        response.resume();
        response.once('end', () => resolve(response.statusCode));
        response.once('error', () => resolve(0));
      },
    );
    request.once('timeout', () => request.destroy(new Error('no answer')));
    request.once('error', () => resolve(0));
  });
}

async function end(child, exited) {
  if (child.exitCode !== null) return;
  child.kill('SIGTERM');
  const timeUp = new AbortController();
  const late = wait(STOP_LIMIT_MS, 'late', { signal: timeUp.signal }).catch(() => undefined);
  if ((await Promise.race([exited, late])) === 'late') {
    child.kill('SIGKILL');
    await exited;
  }
  timeUp.abort();
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
