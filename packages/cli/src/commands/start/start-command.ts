import type { Command } from 'commander';
import type { CommandContext, CommandResult } from '../../command-context.js';
import type { RunnerFactory } from '../../create-program.js';
import { defineCommand } from '../../define-command.js';
import { BACKEND_ARGUMENT, configOption } from '../../options.js';
import { toNodeArguments, usesStockBackend } from '../../program/node-arguments.js';
import { pickBackend } from '../../program/pick-backend.js';
import { splitArguments } from '../../program/split-arguments.js';
import { toProgramArguments, type BackendProgram } from '../../program/select-backends.js';
import { readRepository, type Repository } from '../../repository/repository.js';
import { displayPath } from '../../terminal/display-path.js';
import { findBuilt } from './find-built.js';
import { runProgram } from './run-program.js';

type StartOptions = { config?: string[] };

/** `stagewire start` */
export function createStartCommand(toRunner: RunnerFactory): Command {
  const command = defineCommand({
    name: 'start',
    summary: 'run a backend as in production',
    description:
      'Runs the program of a backend: its JavaScript where it is built and nothing was saved since, its sources otherwise. Nothing is watched; signals go on to the program, and its exit code is the one of the command. NODE_ENV is production unless it is set.',
    examples: [
      ['stagewire start', 'the only backend, or the one of this folder'],
      ['stagewire start packages/backend', 'this one'],
      [
        'stagewire start --config app-config.yaml --config app-config.production.yaml',
        'with these files',
      ],
      ['stagewire start -- --max-old-space-size=512', 'with arguments for Node'],
    ],
  });
  return command
    .argument('[backend]', BACKEND_ARGUMENT)
    .argument('[node-arguments...]', 'after --')
    .addOption(configOption())
    .action((named: string | undefined, others: string[], options: StartOptions) =>
      toRunner(command)((context) => runStart(splitArguments(named, others), options, context)),
    );
}

async function runStart(
  { named, nodeArguments }: ReturnType<typeof splitArguments>,
  { config }: StartOptions,
  context: CommandContext,
): Promise<CommandResult> {
  const { cwd, env, signal, print } = context;
  const repository = readRepository(cwd);
  const backend = pickBackend(repository, named, cwd);
  if (usesStockBackend(backend.program)) print(redirectionNote(backend));
  const args = [...nodeArguments, ...toProgram(repository, backend, print)];
  const exitCode = await runProgram(
    {
      args: [...args, ...toProgramArguments(backend, config, cwd)],
      cwd: backend.directory,
      env: { ...env, NODE_ENV: env.NODE_ENV ?? 'production' },
    },
    signal,
  );
  return { text: '', exitCode };
}

/** Told by every command that runs a program which asks for another backend. */
export function redirectionNote({ name }: BackendProgram): string {
  return `${name} makes its backend with @backstage/backend-defaults: it runs on Stagewire`;
}

/** The program, behind the arguments that it needs. */
function toProgram(
  repository: Repository,
  { name, program, directory }: BackendProgram,
  print: CommandContext['print'],
): string[] {
  const built = findBuilt(repository, directory);
  // What a stock program needs in place of its backend comes with what its sources need.
  const needed = usesStockBackend(program) ? toNodeArguments(program) : [];
  if ('file' in built) return [...needed, built.file];
  print(
    `running the sources of ${name} (${displayPath(program, repository.root)}), as ${built.reason}`,
  );
  const preloads = [import.meta.resolve('@stagewire/cli/load-failure-child')];
  return [...toNodeArguments(program, preloads), program];
}
