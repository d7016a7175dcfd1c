import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const REPOSITORY = fileURLToPath(new URL('../../../..', import.meta.url));

/** How long a program may take in all, in milliseconds. */
const LIMIT = 60_000;

/** A program while it runs in a process of its own. */
export type RunningChild = {
  /** Everything it wrote to stdout so far. */
  lines(): string[];
  /** Resolves once it wrote such a line; rejects when it ended without. */
  line(pattern: RegExp): Promise<string>;
  signal(name: NodeJS.Signals): void;
  /** Ends it without any warning. */
  kill(): Promise<void>;
  /** Settles when it has ended. */
  ended: Promise<void>;
};

/**
 * Runs a program of the tests in a process of its own, which ends with the present test at the
 * latest.
 *
 * @param file - relative to the folder `test`
 * @param options - what the program is given, as JSON
 */
export function runChild(file: string, options: object): RunningChild {
  const program = fileURLToPath(new URL(`../${file}`, import.meta.url));
  const flags = ['--import', 'tsx', '--conditions=@stagewire/source'];
  const child = spawn(process.execPath, [...flags, program, JSON.stringify(options)], {
    cwd: REPOSITORY,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LIMIT,
    killSignal: 'SIGKILL',
  });
  const written = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => (written.stdout += chunk));
  child.stderr.on('data', (chunk) => (written.stderr += chunk));
  let isOver = false;
  const ended = once(child, 'close').then(() => void (isOver = true));
  const lines = () => written.stdout.split('\n').slice(0, -1);
  const kill = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  onTestFinished(kill);
  return {
    lines,
    kill,
    ended,
    signal: (name) => void child.kill(name),
    async line(pattern) {
      for (;;) {
        const found = lines().find((line) => pattern.test(line));
        if (found !== undefined) return found;
        if (isOver) throw new Error(`${file} ended:\n${written.stdout}${written.stderr}`);
        await wait(5);
      }
    },
  };
}
