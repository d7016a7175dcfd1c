import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { onTestFinished } from 'vitest';
import { until } from '../server-support.js';

const run = promisify(execFile);
const INSTALLED = '/usr/lib/postgresql';

/** The folder with the programs of a PostgreSQL server; undefined where there is none. */
export async function findPostgresPrograms(): Promise<string | undefined> {
  const versions = await readdir(INSTALLED).catch(() => []);
  const newest = versions.sort((a, b) => Number(a) - Number(b)).at(-1);
  return newest && join(INSTALLED, newest, 'bin');
}

/** A PostgreSQL server of the present test, to be stopped and started; gone after it. */
export async function startPostgres(programs: string) {
  const user = await findUser();
  const directory = await mkdtemp(join(tmpdir(), 'stagewire-postgres-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  if (user.uid !== undefined) await chown(directory, user.uid, user.gid!);
  const data = join(directory, 'data');
  const initialize = ['-D', data, '-U', 'postgres', '-A', 'trust', '--no-sync'];
  await run(join(programs, 'initdb'), initialize, { ...user, cwd: directory });

  const port = await findFreePort();
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  let server: ChildProcess | undefined;
  const start = async () => {
    const settings = [`port=${port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories='];
    server = spawn(
      join(programs, 'postgres'),
      ['-D', data, ...settings.flatMap((setting) => ['-c', setting])],
      { ...user, cwd: directory, stdio: 'ignore' },
    );
    await until(() => answers(url), 'PostgreSQL answers');
  };
  /** At once: SIGINT has the server end all connections; SIGQUIT leaves it no time for that. */
  const stop = async (signal: 'SIGINT' | 'SIGQUIT' = 'SIGINT') => {
    if (!server || server.exitCode !== null) return;
    const exit = once(server, 'exit');
    server.kill(signal);
    await exit;
  };
  onTestFinished(() => stop('SIGQUIT'));
  await start();
  return { url, data, start, stop };
}

/** The server refuses to be root. */
async function findUser(): Promise<{ uid?: number; gid?: number }> {
  if (process.getuid?.() !== 0) return {};
  return { uid: await readId('-u'), gid: await readId('-g') };
}

async function readId(option: '-u' | '-g'): Promise<number> {
  return Number((await run('id', [option, 'postgres'])).stdout);
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

async function answers(url: string): Promise<boolean> {
  const client = new Client(url);
  // A server that is stopped while a client connects.
  client.on('error', () => {});
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}
