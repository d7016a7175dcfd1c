import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** What is run, and where. */
export type ProgramToRun = {
  /** Arguments of Node, the program among them. */
  args: readonly string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
};

/**
 * Runs Node until it ends; passes on the signal that the command gets. Ctrl+C on a terminal is not
 * passed on: all processes there have got it, and a second one would cut the stop of the program short.
 *
 * @param signal - its reason is the name of the signal
 * @returns the exit code; of a program that a signal ended, the one that shells tell
 */
export async function runProgram(
  { args, cwd, env }: ProgramToRun,
  signal: AbortSignal,
): Promise<number> {
  const child = spawn(process.execPath, args, { cwd, env, stdio: 'inherit' });
  const passOn = () => {
    if (signal.reason !== 'SIGINT') child.kill('SIGTERM');
    else if (!isOnTerminal()) child.kill('SIGINT');
  };
  signal.addEventListener('abort', passOn, { once: true });
  if (signal.aborted) passOn();
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (exitCode, endedBy) => resolve(exitCode ?? toExitCode(endedBy)));
    });
  } finally {
    signal.removeEventListener('abort', passOn);
  }
}

const isOnTerminal = () => process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;

const toExitCode = (signal: NodeJS.Signals | null) =>
  signal === null ? 1 : 128 + constants.signals[signal];
