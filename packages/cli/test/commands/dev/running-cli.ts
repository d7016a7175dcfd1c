import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { request, type Agent } from 'node:http';
import { fileURLToPath } from 'node:url';
import { toNodeArguments } from '../../../src/program/node-arguments.js';

const MAIN = fileURLToPath(new URL('../../../src/main.ts', import.meta.url));

/** How long something that is awaited may take; milliseconds. */
const LIMIT = 50_000;

/** How long a test with such a process may take, on a machine that has other things to do; milliseconds. */
export const PATIENCE = 60_000;

/** The command line in a process of its own, and all that it and its backend print. */
export class RunningCli implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | null>;
  #output = '';
  #read = 0;
  #onOutput = () => {};

  constructor(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}) {
    const { PATH, HOME } = process.env;
    this.#child = spawn(process.execPath, [...toNodeArguments(MAIN), MAIN, ...args], {
      cwd,
      env: { PATH, HOME, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#child.stdout!, this.#child.stderr!]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text;
        this.#onOutput();
      });
    }
    this.#ended = once(this.#child, 'close').then(([exitCode]) => exitCode as number | null);
  }

  /** Settles with what was printed since the last time, as soon as a text is in it. */
  async until(text: string): Promise<string> {
    const overdue = AbortSignal.timeout(LIMIT);
    while (!this.#output.slice(this.#read).includes(text)) {
      if (overdue.aborted) throw new Error(`'${text}' was never printed:\n${this.#output}`);
      await new Promise<void>((resolve) => {
        this.#onOutput = resolve;
        overdue.addEventListener('abort', () => resolve(), { once: true });
      });
    }
    const at = this.#output.indexOf('\n', this.#output.indexOf(text, this.#read));
    const end = at < 0 ? this.#output.length : at + 1;
    const printed = this.#output.slice(this.#read, end);
    this.#read = end;
    return printed;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** @returns the exit code */
  async ended(): Promise<number | null> {
    return this.#ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null) this.#child.kill('SIGTERM');
    await this.#ended;
  }
}

/** Gets JSON from a port of this machine. */
export async function getJson(
  port: number,
  path: string,
  options: { agent?: Agent; headers?: Record<string, string> } = {},
): Promise<{ status: number; body: any }> {
  const sent = request({ host: '127.0.0.1', port, path, ...options }).end();
  const [response] = await once(sent, 'response');
  let text = '';
  for await (const chunk of response) text += chunk;
  return { status: response.statusCode, body: text.startsWith('{') ? JSON.parse(text) : text };
}
