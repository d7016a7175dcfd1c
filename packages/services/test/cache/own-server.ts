import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createClient } from '@redis/client';
import { describe, expect, it, onTestFinished, vi } from 'vitest';

/** A server that a test may kill, pause and start again; it ends with the test. */
export type OwnServer = {
  port: number;
  /** Ends it at once, and its port with it. */
  kill(): Promise<void>;
  /** Keeps its sockets open and answers nothing from then on. */
  pause(): Promise<void>;
  resume(): void;
  /** Starts it again on its port, empty. */
  start(...args: string[]): Promise<void>;
};

type Program = 'redis-server' | 'memcached';

/**
 * Describes what needs servers of its own; it is skipped, with a line that says so, without
 * the program, and where the system is not Linux, which tells when a program has stopped.
 */
export function describeWithProgram(program: Program, title: string, tests: () => void): void {
  if (hasProgram(program) && process.platform === 'linux') {
    describe(title, tests);
  } else if (process.env['STAGEWIRE_TEST_SERVICES'] === 'required') {
    describe(title, () => {
      it(`has ${program} to start`, () => {
        throw new Error(
          `${program} is not installed on Linux, and STAGEWIRE_TEST_SERVICES=required`,
        );
      });
    });
  } else {
    console.log(`skipped, as this is not Linux with ${program} installed: ${title}`);
    describe.skip(`${title} (no ${program} on Linux)`, () => {
      it('needs the program', () => {});
    });
  }
}

/** Starts a server on a free port of the loopback interface, until the end of the test. */
export async function startServer(program: Program, ...args: string[]): Promise<OwnServer> {
  const port = await findFreePort();
  let child: ChildProcess | undefined;
  const server: OwnServer = {
    port,
    async kill() {
      if (!child || child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
    async pause() {
      child!.kill('SIGSTOP');
      await vi.waitFor(() => expect(isStopped(child!.pid!)).toBe(true), { interval: 10 });
    },
    resume: () => void child?.kill('SIGCONT'),
    async start(...further) {
      child = spawn(program, [...argumentsOf(program, port), ...further], { stdio: 'ignore' });
      await waitForPort(port);
    },
  };
  onTestFinished(() => server.kill());
  await server.start(...args);
  return server;
}

/** Starts a cluster of one Redis server, which has all slots. */
export async function startCluster(): Promise<OwnServer> {
  const folder = mkdtempSync(join(tmpdir(), 'stagewire-cluster-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const bus = String(await findFreePort());
  const options = { 'cluster-enabled': 'yes', 'cluster-port': bus, dir: folder };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  const server = await startServer('redis-server', ...args);
  const admin = createClient({ url: `redis://127.0.0.1:${server.port}` });
  await admin.connect();
  await admin.sendCommand(['CLUSTER', 'ADDSLOTSRANGE', '0', '16383']);
  await admin.sendCommand(['CONFIG', 'SET', 'cluster-announce-ip', '127.0.0.1']);
  const isReady = async () =>
    expect(await admin.sendCommand(['CLUSTER', 'INFO'])).toContain('cluster_state:ok');
  await vi.waitFor(isReady, { timeout: 10_000, interval: 50 });
  admin.destroy();
  return server;
}

/** A port that nobody listens on. */
export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function hasProgram(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Each thread stops when its turn comes, and one may still answer. */
function isStopped(pid: number): boolean {
  const folder = `/proc/${pid}/task`;
  return readdirSync(folder).every((thread) => {
    const status = readFileSync(join(folder, thread, 'status'), 'utf8');
    return /^State:\s+T/m.test(status);
  });
}

function argumentsOf(program: Program, port: number): string[] {
  if (program === 'redis-server') {
    return ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  }
  const asRoot = process.getuid?.() === 0 ? ['-u', 'root'] : [];
  return ['-l', '127.0.0.1', '-p', `${port}`, '-U', '0', ...asRoot];
}

async function waitForPort(port: number): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const socket = connect(port, '127.0.0.1');
    const isOpen = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'error').then(() => false),
    ]).catch(() => false);
    const closed = once(socket, 'close');
    socket.destroy();
    await closed;
    if (isOpen) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`nothing listens on port ${port}`);
}
