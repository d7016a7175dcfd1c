import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

const PORTAL = fileURLToPath(new URL('..', import.meta.url));
const START_LIMIT = 30_000;
const POLL_INTERVAL = 100;

/** A portal in a process of its own. */
export type RunningPortal = {
  url: string;
  /** Everything that it printed so far. */
  output(): string;
  /** Sends a signal and waits for the end of the process. */
  end(signal: NodeJS.Signals): Promise<number | null>;
};

/**
 * Starts the example as `npm start` does, on a free port.
 *
 * @param env - variables that the process sees beside this one's
 */
export async function startPortal(env: NodeJS.ProcessEnv): Promise<RunningPortal> {
  const port = await findFreePort();
  const child = spawn(
    process.execPath,
    [
      '--import',
      'tsx',
      '--conditions=@stagewire/source',
      'src/index.ts',
      '--config',
      'app-config.yaml',
    ],
    {
      cwd: PORTAL,
      env: {
        ...process.env,
        NODE_ENV: '', // as npm start has it
        APP_CONFIG_backend_listen_port: String(port),
        APP_CONFIG_backend_baseUrl: `http://localhost:${port}`,
        ...env,
      },
    },
  );
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (printed += text));
  }
  const portal: RunningPortal = {
    url: `http://localhost:${port}`,
    output: () => printed,
    end: (signal) => end(child, signal),
  };
  await waitUntilReady(portal, child);
  return portal;
}

/** Asks again until `look` gives something, and fails when that takes too long. */
export async function eventually<T>(look: () => Promise<T | undefined>, limit: number): Promise<T> {
  const deadline = Date.now() + limit;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`nothing came of it within ${limit} ms`);
    await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL));
  }
}

async function waitUntilReady(portal: RunningPortal, child: ChildProcess): Promise<void> {
  try {
    await eventually(async () => {
      if (child.exitCode !== null) throw new Error('the portal ended');
      const response = await fetch(`${portal.url}/.backstage/health/v1/readiness`).catch(
        () => null,
      );
      return response?.ok || undefined;
    }, START_LIMIT);
  } catch (error) {
    child.kill('SIGKILL');
    throw new Error(`the portal did not become ready; it printed:\n${portal.output()}`, {
      cause: error,
    });
  }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null) return child.exitCode;
  const exit = once(child, 'exit');
  child.kill(signal);
  const [code] = (await exit) as [number | null];
  return code;
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
