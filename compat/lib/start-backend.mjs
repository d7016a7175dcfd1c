import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { request } from './request.mjs';

const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 10_000;

/**
 * Starts a backend in a process of its own, as an operator would, and hands out what can be seen
 * from outside: HTTP, what its features recorded, its log and its end.
 *
 * @param options
 * - `on`: `'stock'` or `'stagewire'`
 * - `features`: file in `features/` that exports `createFeatures(options)`
 * - `options`: plain data, handed to `createFeatures`
 * - `config`: configuration file, from the folder above this one
 * @throws when the backend does not start, with its log
 */
export async function startBackend({ on, features, options = {}, config = 'app-config.yaml' }) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const log = [];
  const child = fork(file('../host/host.mjs'), ['--config', file(`../${config}`)], {
    cwd: file('..'),
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: {
      ...process.env,
      NODE_ENV: 'production',
      NODE_OPTIONS: '',
      APP_CONFIG_backend_baseUrl: url,
      APP_CONFIG_backend_listen_port: String(port),
      COMPAT_BACKEND: on,
      COMPAT_FEATURES: features,
      COMPAT_OPTIONS: JSON.stringify(options),
    },
  });
  child.stdout.on('data', (text) => log.push(text));
  child.stderr.on('data', (text) => log.push(text));
  const exited = once(child, 'exit');

  const { failed } = await answer(child, 'started', START_LIMIT_MS).catch((error) => {
    child.kill('SIGKILL');
    throw new Error(`${on} did not start with ${features}\n${log.join('')}`, { cause: error });
  });
  if (failed) {
    child.kill('SIGKILL');
    throw new Error(`${on} refused to start with ${features}: ${failed}\n${log.join('')}`);
  }

  return {
    url,
    /** Sends one request; a path alone is a GET. */
    request: (options) => request(url, typeof options === 'string' ? { path: options } : options),
    /** What the features recorded so far, in order. */
    async journal() {
      child.send('journal');
      return (await answer(child, 'journal', STOP_LIMIT_MS)).journal;
    },
    /** Calls the backend's `stop()`; settles with the journal when that has settled. */
    async stop() {
      child.send('stop');
      return (await answer(child, 'stopped', STOP_LIMIT_MS)).journal;
    },
    /** Waits for the process to end by itself; settles with its exit code, or `'did not end'`. */
    ended: () => endOf(child, exited),
    /** Sends SIGTERM; settles with the exit code, or `'did not end'`. */
    terminate() {
      child.kill('SIGTERM');
      return endOf(child, exited);
    },
    log: () => log.join(''),
  };
}

async function endOf(child, exited) {
  const timeUp = new AbortController();
  const end = await Promise.race([
    exited,
    wait(STOP_LIMIT_MS, ['did not end'], { signal: timeUp.signal }),
  ]);
  timeUp.abort();
  if (end[0] === 'did not end') child.kill('SIGKILL');
  return end[0] ?? end[1];
}

/** Waits for the host's next message of a kind; an early end of the process is an error. */
async function answer(child, kind, limit) {
  const done = new AbortController();
  const message = async () => {
    for (;;) {
      const [received] = await once(child, 'message', { signal: done.signal });
      if (received.kind === kind) return received;
    }
  };
  const end = async () => {
    const [code, signal] = await once(child, 'exit', { signal: done.signal });
    throw new Error(`the process ended with ${code ?? signal} before it said '${kind}'`);
  };
  const timeUp = async () => {
    await wait(limit, undefined, { signal: done.signal });
    throw new Error(`the process did not say '${kind}' within ${limit} ms`);
  };
  const runners = [message(), end(), timeUp()];
  try {
    return await Promise.race(runners);
  } finally {
    done.abort();
    await Promise.allSettled(runners);
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

function file(path) {
  return fileURLToPath(new URL(path, import.meta.url));
}
