import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url));

/** How long a program may take in all; milliseconds. */
const LIMIT = 15_000;

/** A program under `fixtures/` while it runs in a process of its own. */
export type RunningFixture = {
  signal(name: 'SIGTERM' | 'SIGINT'): void;
  /** Everything it wrote so far, a line each. */
  stdout(): string[];
  stderr(): string;
  /** Stops reading what it writes, as a log collector that went away. */
  hangUp(): void;
  /** Resolves once it wrote a line to stdout; rejects when it ended without. */
  line(text: string): Promise<void>;
  /** How it ended: an exit code, or the name of a signal. */
  exit: Promise<number | string>;
};

/** Runs a program under `fixtures/` as an operator would, outside of any test. */
export function runFixture(name: string, ...args: string[]): RunningFixture {
  const file = `packages/wiring/test/fixtures/${name}.ts`;
  const flags = ['--import', 'tsx', '--conditions=@stagewire/source'];
  const child = spawn(process.execPath, [...flags, file, ...args], {
    cwd: REPOSITORY,
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LIMIT,
    killSignal: 'SIGKILL',
  });
  const written = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => (written.stdout += chunk));
  child.stderr.on('data', (chunk) => (written.stderr += chunk));
  let ended = false;
  const exit = once(child, 'close').then(([code, signal]) => {
    ended = true;
    return (code ?? signal) as number | string;
  });
  const stdout = () => written.stdout.trim().split('\n');
  return {
    signal: (name) => void child.kill(name),
    stdout,
    stderr: () => written.stderr,
    hangUp() {
      child.stdout.destroy();
      child.stderr.destroy();
    },
    async line(text) {
      while (!stdout().includes(text)) {
        if (ended) throw new Error(`${name} ended:\n${written.stdout}${written.stderr}`);
        await wait(5);
      }
    },
    exit,
  };
}
