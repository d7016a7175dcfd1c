import { resolve } from 'node:path';
import { formatError, isExplained } from '@stagewire/errors';
import { CommanderError, type Command } from 'commander';
import type { CommandContext, CommandResult } from './command-context.js';
import { createProgram } from './create-program.js';
import { UsageError } from './errors.js';
import { EXIT_CODES, type ExitCode } from './exit-codes.js';
import { createStyle, hasColours } from './terminal/style.js';
import { Progress, type ProgressStream } from './terminal/progress.js';

/** The surroundings of a command line; those of the process by default. @public */
export type CommandLineOptions = {
  /** `@default` that of the process */
  cwd?: string;
  /** `@default` that of the process */
  env?: NodeJS.ProcessEnv;
  /** Takes results. `@default` the standard output */
  stdout?: ProgressStream;
  /** Takes progress and errors. `@default` the standard error output */
  stderr?: ProgressStream;
  /** Whether somebody can be asked. `@default` whether input and output are a terminal, and not CI */
  isInteractive?: boolean;
  /** Ends commands that go on, such as `dev`. `@default` SIGINT and SIGTERM to this process */
  signal?: AbortSignal;
};

/**
 * Runs a command line of `stagewire`, as its program does, and settles when it is done.
 *
 * @param args - the arguments, without the program itself
 * @returns how it ended, as in {@link EXIT_CODES}; of a program that was run, how that ended. It never
 *   rejects for what a user did
 *
 * @public
 */
export async function runCommandLine(
  args: readonly string[],
  options: CommandLineOptions = {},
): Promise<number> {
  const { env = process.env, stdout = process.stdout, stderr = process.stderr } = options;
  let exitCode: number = EXIT_CODES.ok;
  const { signal, unlisten } = options.signal
    ? { signal: options.signal, unlisten: () => {} }
    : listenToSignals();
  const program = createProgram((command) => async (run) => {
    const context = toContext(command, { ...options, env, stdout, stderr, signal });
    const result = await run(context);
    const output = toOutput(result, command);
    if (output !== '') stdout.write(`${output}\n`);
    exitCode = result.exitCode;
  });
  configureOutput(program, stdout, stderr);
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    // What is given up half-way fails with the reason for it.
    if (signal.aborted && isAbort(error, signal)) return EXIT_CODES.interrupted;
    return tell(error, stderr);
  } finally {
    unlisten();
  }
}

function isAbort(error: unknown, { reason }: AbortSignal): boolean {
  return error === reason || (error as Error | undefined)?.name === 'AbortError';
}

function toContext(
  command: Command,
  options: CommandLineOptions & {
    env: NodeJS.ProcessEnv;
    stdout: ProgressStream;
    stderr: ProgressStream;
    signal: AbortSignal;
  },
): CommandContext {
  const { env, stdout, stderr, signal } = options;
  const { cwd } = command.optsWithGlobals<{ cwd?: string }>();
  const isTerminal = process.stdin.isTTY === true && stdout.isTTY === true && !env.CI;
  return {
    cwd: resolve(options.cwd ?? process.cwd(), cwd ?? '.'),
    env,
    style: createStyle(hasColours(stdout, env)),
    progress: new Progress(stderr),
    isInteractive: options.isInteractive ?? isTerminal,
    print: (text) => void stdout.write(`${text}\n`),
    signal,
  };
}

/** Aborted by the first SIGINT or SIGTERM; the second one ends the process as always. */
function listenToSignals(): { signal: AbortSignal; unlisten(): void } {
  const controller = new AbortController();
  const abort = (signal: NodeJS.Signals) => controller.abort(signal);
  for (const signal of SIGNALS) process.once(signal, abort);
  return {
    signal: controller.signal,
    unlisten: () => SIGNALS.forEach((signal) => process.off(signal, abort)),
  };
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

function toOutput({ text, data }: CommandResult, command: Command): string {
  return command.opts<{ json?: boolean }>().json
    ? JSON.stringify(data ?? { text }, undefined, 2)
    : text;
}

function configureOutput(program: Command, stdout: ProgressStream, stderr: ProgressStream): void {
  const output = {
    writeOut: (text: string) => void stdout.write(text),
    writeErr: (text: string) => void stderr.write(text),
  };
  const pending = [program];
  for (let command = pending.pop(); command; command = pending.pop()) {
    command
      .exitOverride()
      .configureOutput(output)
      .showHelpAfterError('(--help shows what there is)');
    pending.push(...command.commands);
  }
}

function tell(error: unknown, stderr: ProgressStream): ExitCode {
  if (error instanceof CommanderError) {
    // Help and version end here too; commander has written what there is to say.
    return error.exitCode === 0 ? EXIT_CODES.ok : EXIT_CODES.usage;
  }
  const text = isExplained(error) ? formatError(error) : ((error as Error)?.stack ?? String(error));
  stderr.write(`${text}\n`);
  return error instanceof UsageError ? EXIT_CODES.usage : EXIT_CODES.failed;
}
