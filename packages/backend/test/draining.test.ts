import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';

const PROGRAM = fileURLToPath(new URL('./draining-backend.ts', import.meta.url));
const READINESS = '/.backstage/health/v1/readiness';

/** Starts the backend in a process of its own, and waits until it runs. */
async function startBackend(delay: number) {
  const flags = ['--import', import.meta.resolve('tsx'), '--conditions=@stagewire/source'];
  const child = spawn(process.execPath, [...flags, PROGRAM, String(delay)], {
    env: { ...process.env, NODE_ENV: 'production', LOG_LEVEL: 'info' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  const exit = once(child, 'exit') as Promise<[number | null, string | null]>;
  const says = async (text: string | RegExp) => {
    while (output.search(text) === -1) await once(child.stdout, 'data');
  };
  await says('started');
  const port = Number(/Listening on 127\.0\.0\.1:(\d+)/.exec(output)?.[1]);
  return { child, exit, port, says };
}

type Answer = { status: number; body: string; headers: IncomingHttpHeaders };

function ask(port: number, path: string, agent?: Agent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, agent: agent ?? false }, (res: IncomingMessage) => {
      let body = '';
      res.on('data', (chunk) => (body += chunk)).on('error', reject);
      res.on('end', () => resolve({ status: res.statusCode ?? 0, body, headers: res.headers }));
    }).on('error', reject);
  });
}

async function open(port: number, path: string, headers = ''): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(`GET ${path} HTTP/1.1\r\nHost: a\r\n${headers}\r\n`);
  await once(socket, 'data');
  return socket;
}

describe('SIGTERM', () => {
  it('[RHR-13] leaves plugins serving through serverShutdownDelay, while the backend is not ready', async () => {
    const { child, exit, port, says } = await startBackend(1500);
    const agent = new Agent({ keepAlive: true });
    expect((await ask(port, READINESS)).status).toBe(200);
    expect((await ask(port, '/api/todo/', agent)).headers.connection).toBe('keep-alive');
    await ask(port, '/api/todo/listen');
    const endless = await Promise.all([
      open(port, '/api/todo/stream'),
      open(port, '/api/todo/', 'Upgrade: own\r\nConnection: Upgrade\r\n'),
    ]);
    const closed = Promise.all(endless.map((socket) => once(socket, 'close')));

    const begin = performance.now();
    child.kill('SIGTERM');
    while ((await ask(port, READINESS)).status !== 503) await wait(5);
    expect(performance.now() - begin).toBeLessThan(1000);
    const answers: Answer[] = [];
    while (performance.now() - begin < 1200) {
      answers.push(await ask(port, '/api/todo/'), await ask(port, '/api/todo/', agent));
      await wait(20);
    }
    expect(endless.map(({ destroyed }) => destroyed)).toEqual([false, false]);
    // Begun within the delay, and finished long after it.
    const slow = ask(port, '/api/todo/slow');
    await says('slow begun');

    expect(answers.length).toBeGreaterThan(10);
    for (const { status, body, headers } of answers) {
      expect([status, body, headers.connection]).toEqual([200, 'fast', 'close']);
    }
    expect(await slow).toMatchObject({ status: 200, body: 'slow' });
    await closed;
    expect(await exit).toEqual([0, null]);
    await expect(ask(port, '/')).rejects.toThrow('ECONNREFUSED');
    expect(performance.now() - begin).toBeLessThan(6000);
    agent.destroy();
  });

  it('[RHR-13] lets a request that runs finish, and takes no new ones, without a delay', async () => {
    const { child, exit, port, says } = await startBackend(0);
    const slow = ask(port, '/api/todo/slow');
    await says('slow begun');

    child.kill('SIGTERM');

    expect(await slow).toMatchObject({
      status: 200,
      body: 'slow',
      headers: { connection: 'close' },
    });
    expect(await exit).toEqual([0, null]);
  });
});
