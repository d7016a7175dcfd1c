import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { goodConfig, type Mistake } from './mistake.js';

/** How long a process may take until it has to be over, in milliseconds. */
const LIMIT = 15_000;

/** Found from here: the processes run in folders that have no packages. */
const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

/** How a process came out. */
export type Outcome = {
  /** An exit code; a signal when it had to be killed. */
  exit: number | string;
  stdout: string;
  stderr: string;
  /** Whether anything listens on its port when it is over. */
  isPortOpen: boolean;
};

/** What a process is run with. */
export type Surroundings = {
  /** The files of the folder that it runs in, text by path. */
  files: Record<string, string>;
  /** More environment variables; PORT holds a free port. */
  env?: Record<string, string>;
  /** Another program has that port. */
  isPortTaken?: boolean;
  /** Told to stop once it has written this to stdout. */
  stopAt?: string;
};

/** Runs a program of this folder in production, in surroundings of its own. */
export async function runInChild(
  program: string,
  args: string[],
  { files, env = {}, isPortTaken = false, stopAt }: Surroundings,
): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'stagewire-mistake-'));
  const holder = await holdPort();
  const { port } = holder.address() as AddressInfo;
  if (!isPortTaken) await release(holder);
  try {
    writeFiles(folder, files);
    const child = spawnProgram(program, args, folder, { ...env, PORT: String(port) });
    const ended = await watch(child, stopAt);
    if (isPortTaken) await release(holder);
    return { ...ended, isPortOpen: await isOpen(port) };
  } finally {
    holder.close();
    rmSync(folder, { recursive: true });
  }
}

/** The files of the folder that a mistake is made in, text by path. */
export function filesOf({
  config = goodConfig,
  files = {},
}: Pick<Mistake, 'config' | 'files'>): Record<string, string> {
  return {
    'package.json': '{ "name": "acme-portal", "private": true }',
    ...(config !== null && { 'app-config.yaml': config }),
    ...files,
  };
}

function spawnProgram(
  program: string,
  args: string[],
  cwd: string,
  env: Record<string, string>,
): ChildProcessByStdio<null, Readable, Readable> {
  const file = fileURLToPath(new URL(program, import.meta.url));
  const flags = ['--import', TSX, '--conditions=@stagewire/source'];
  return spawn(process.execPath, [...flags, file, ...args], {
    cwd,
    env: { ...inheritedEnv(), NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LIMIT,
    killSignal: 'SIGKILL',
  });
}

async function watch(
  child: ReturnType<typeof spawnProgram>,
  stopAt: string | undefined,
): Promise<Pick<Outcome, 'exit' | 'stdout' | 'stderr'>> {
  const written = { stdout: '', stderr: '' };
  child.stderr.setEncoding('utf8').on('data', (text: string) => (written.stderr += text));
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const isSaid = () => stopAt !== undefined && written.stdout.includes(stopAt);
    const wasSaid = isSaid();
    written.stdout += text;
    if (!wasSaid && isSaid()) child.kill('SIGTERM');
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  return { ...written, exit: code ?? signal! };
}

/** What is configured for the tests themselves is no part of a mistake. */
function inheritedEnv(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !CONFIGURES.test(name));
  return Object.fromEntries(inherited);
}

const CONFIGURES = /^(?:APP_CONFIG_.*|BACKSTAGE_ENV|LOG_LEVEL|NODE_V8_COVERAGE)$/;

function writeFiles(folder: string, files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

async function holdPort(): Promise<Server> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function release(server: Server): Promise<void> {
  server.close();
  await once(server, 'close');
}

async function isOpen(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
