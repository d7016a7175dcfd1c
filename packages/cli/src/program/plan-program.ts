import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Diagnostic, Plan } from '@stagewire/wiring';
import type { CommandContext } from '../command-context.js';
import { findPackageFolder } from '../repository/package-folder.js';
import { toNodeArguments } from './node-arguments.js';
import { PLAN_CHANNEL, type PlanMessage } from './plan-messages.js';
import { explainProgram, type ProgramRun } from './explain-program.js';

/** How a program is run to be planned. */
export type PlanProgramOptions = {
  /** Its command line, such as `--config <file>`. `@default` none */
  args?: readonly string[];
  /** The folder that it runs in. `@default` that of its package, as package scripts have it */
  cwd?: string;
  /** How long it may take, in milliseconds. `@default` 60 000 */
  limit?: number;
};

/** What came of running a program without starting its backends. */
export type PlannedProgram = {
  /** The plan of each backend that it starts, in order. */
  plans: Plan[];
  /** Why it did not get as far as that; what is wrong with a backend is in its plan. */
  problems: Diagnostic[];
  /** What it printed on both outputs, the end of it where it is long. */
  output: string;
};

const DEFAULT_LIMIT = 60_000;

/** How long a program may take to tell what it waits for, once it is asked to end; milliseconds. */
const LAST_WORDS = 7_000;

/** How long what a program has started may hold its outputs open once it ended; milliseconds. */
const LAST_OUTPUT = 1_000;

/** How much of what a program prints is kept; characters. */
const MAX_OUTPUT = 200_000;

/**
 * Runs an integrator's program in a process of its own, in which every `start()` of a backend is a
 * plan, and gives back the plans. Feature loaders run and the configuration is read; nothing else is
 * made, no port is opened.
 *
 * @param program - absolute path of the program
 * @returns the plans, or why there is none; it does not reject for what is wrong with the program
 */
export async function planProgram(
  program: string,
  { env, signal }: Pick<CommandContext, 'env' | 'signal'>,
  options: PlanProgramOptions = {},
): Promise<PlannedProgram> {
  const { args = [], cwd = findPackageFolder(program) ?? dirname(program) } = options;
  const preloads = [import.meta.resolve('@stagewire/cli/plan-child')];
  const child = spawn(process.execPath, [...toNodeArguments(program, preloads), program, ...args], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    signal,
  });
  const run = await watchProgram(child, program, options.limit ?? DEFAULT_LIMIT);
  signal.throwIfAborted();
  const plans = run.messages.flatMap((each) => (each.type === 'planned' ? [each.plan] : []));
  return { plans, problems: explainProgram(run, cwd), output: run.output };
}

/**
 * Keeps what a program tells and prints until it ends, which it is asked to when it takes too long.
 *
 * @param limit - milliseconds
 */
export async function watchProgram(
  child: ChildProcess,
  program: string,
  limit: number,
): Promise<ProgramRun> {
  const run: ProgramRun = { program, messages: [], output: '', errorOutput: '', limit };
  const keep = (text: string) => (run.output = (run.output + text).slice(-MAX_OUTPUT));
  child.stdout?.setEncoding('utf8').on('data', keep);
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    keep(text);
    run.errorOutput = (run.errorOutput + text).slice(-MAX_OUTPUT);
  });
  const channel = createInterface({ input: child.stdio[PLAN_CHANNEL] as Readable });
  channel.on('line', (line) => run.messages.push(...readMessage(line)));
  const end = endAfter(child, limit, () => (run.isOverdue = true));
  const closing = closeAfterExit(child);
  try {
    // Ended by the signal of the command, it emits an error first.
    await once(child, 'close').catch(() => {});
  } finally {
    end();
    closing();
  }
  return run;
}

/** A process that is ended may leave half a line. */
function readMessage(line: string): PlanMessage[] {
  try {
    return [JSON.parse(line) as PlanMessage];
  } catch {
    return [];
  }
}

/** What a program started in turn may outlive it, and is not waited for. */
function closeAfterExit(child: ChildProcess): () => void {
  let closing: NodeJS.Timeout | undefined;
  child.once('exit', () => {
    closing = setTimeout(() => child.stdio.forEach((stream) => stream?.destroy()), LAST_OUTPUT);
  });
  return () => clearTimeout(closing);
}

/** Asks a process to end that takes too long; one that does not is ended. */
function endAfter(child: ChildProcess, limit: number, onOverdue: () => void): () => void {
  let insisting: NodeJS.Timeout | undefined;
  const asking = setTimeout(() => {
    onOverdue();
    child.kill('SIGTERM');
    insisting = setTimeout(() => child.kill('SIGKILL'), LAST_WORDS);
  }, limit);
  return () => {
    clearTimeout(asking);
    clearTimeout(insisting);
  };
}
