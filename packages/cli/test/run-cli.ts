import { runCommandLine, type CommandLineOptions } from '../src/index.js';

/** What a command line came to. */
export type CliRun = { exitCode: number; stdout: string; stderr: string };

/** Runs a command line in this process, without colours and questions, and keeps what it prints. */
export async function runCli(
  args: readonly string[],
  options: CommandLineOptions = {},
): Promise<CliRun> {
  let stdout = '';
  let stderr = '';
  const exitCode = await runCommandLine(args, {
    env: {},
    isInteractive: false,
    signal: new AbortController().signal,
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
    ...options,
  });
  return { exitCode, stdout, stderr };
}
