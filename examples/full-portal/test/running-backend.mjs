import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { eventually } from './running-portal.mjs';

const START_LIMIT_MS = 45_000;
const STOP_LIMIT_MS = 15_000;

/** What this process has started, and must not leave behind. */
const running = new Set();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));
// How a test that takes too long is ended, which alone would not count as an exit.
process.once('SIGTERM', () => process.exit(1));

/**
 * Starts a backend of the folder `split/`, and waits until it is ready.
 *
 * @param name - of the program and of its own configuration, `front` or `back`
 * @param options - `port`: where it is going to listen; `configs`: names of further configuration
 *   files; `env`: variables for it
 * @returns the running backend, see below
 */
export async function startBackend(name, { port, configs = [], env }) {
  const files = ['app-config.yaml', `app-config.${name}.yaml`, ...configs];
  const child = spawn(
    process.execPath,
    [
      '--import=tsx',
      '--conditions=@stagewire/source',
      `split/${name}.mjs`,
      ...files.flatMap((file) => ['--config', `split/${file}`]),
    ],
    {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      env: { ...process.env, NODE_ENV: 'development', NODE_OPTIONS: '', ...env },
    },
  );
  running.add(child);
  const printed = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text) => printed.push(text));
  // Not 'exit': this one waits for whatever else holds its output, which a process of its own would.
  const closed = once(child, 'close');
  closed.then(() => running.delete(child));

  const backend = {
    url: `http://localhost:${port}`,
    output: () => Buffer.concat(printed).toString('utf8'),
    /** Asks it to stop; gives back its exit code, or 'did not end'. */
    async stop() {
      child.kill('SIGTERM');
      const ended = await Promise.race([
        closed,
        wait(STOP_LIMIT_MS, ['did not end'], { ref: false }),
      ]);
      await backend.kill();
      return ended[0];
    },
    /** Ends it as a power failure would; does nothing when it has ended. */
    async kill() {
      child.kill('SIGKILL');
      await closed;
    },
  };
  try {
    await eventually(() => {
      if (child.exitCode !== null) throw new Error(`the ${name} ended`);
      return isReady(backend.url);
    }, START_LIMIT_MS);
  } catch (error) {
    await backend.kill();
    throw new Error(`the ${name} did not start; it said:\n${backend.output()}`, { cause: error });
  }
  return backend;
}

async function isReady(url) {
  const answer = await fetch(`${url}/.backstage/health/v1/readiness`).catch(() => undefined);
  await answer?.body?.cancel();
  return answer?.ok;
}
