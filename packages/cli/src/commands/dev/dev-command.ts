import { Option, type Command } from 'commander';
import type { CommandContext, CommandResult } from '../../command-context.js';
import type { RunnerFactory } from '../../create-program.js';
import { defineCommand } from '../../define-command.js';
import { EXIT_CODES } from '../../exit-codes.js';
import { configOption, repeated } from '../../options.js';
import { usesStockBackend } from '../../program/node-arguments.js';
import { toProgramArguments } from '../../program/select-backends.js';
import { splitArguments, type SplitArguments } from '../../program/split-arguments.js';
import { readRepository } from '../../repository/repository.js';
import { redirectionNote } from '../start/start-command.js';
import { describeAlone, toAlonePlugin, toAddressVariables, type AloneOptions } from './alone.js';
import { FAKED_SERVICES } from './alone-plugin.js';
import { toConfigFiles } from './config-files.js';
import type { DevProgram } from './dev-messages.js';
import { DevSession } from './dev-session.js';
import { findDevTarget, type DevTarget } from './dev-target.js';

type DevOptions = AloneOptions & { config?: string[]; with?: string[] };

/** `stagewire dev` */
export function createDevCommand(toRunner: RunnerFactory): Command {
  const command = defineCommand({
    name: 'dev',
    summary: 'run a backend, or one plugin, and take on what is saved',
    description:
      'Runs a backend, and replaces the plugins that a saved file belongs to; all others keep their connections and what they hold in memory. Only what cannot be replaced restarts the backend. In the folder of a plugin, or with one named, that plugin runs alone with its modules: services that would need others are faked. A dev/index.ts in its package is run instead.',
    examples: [
      ['stagewire dev', 'the only backend, or the backend or plugin of this folder'],
      ['stagewire dev plugins/todo-backend', 'one plugin alone, on port 7007'],
      [
        'stagewire dev plugins/todo-backend --proxy http://localhost:7007',
        'one plugin, the others in a backend that runs',
      ],
      ['stagewire dev -- --inspect', 'with arguments for Node'],
    ],
  });
  return command
    .argument('[backend-or-plugin]', 'its folder or the name of its package; or a program')
    .argument('[node-arguments...]', 'after --')
    .addOption(configOption())
    .option('--with <package>', 'runs with a plugin alone; can be repeated', repeated)
    .option('--proxy <url>', 'a backend that has the plugins which are not here')
    .addOption(new Option('--token <token>', 'what that backend takes').env('STAGEWIRE_DEV_TOKEN'))
    .option('--port <number>', 'where a plugin alone listens: 7007, or 7008 with --proxy')
    .addOption(
      new Option('--real <service...>', 'is not faked for a plugin alone')
        .choices(Object.keys(FAKED_SERVICES))
        .default([]),
    )
    .action((named: string | undefined, others: string[], options: DevOptions) =>
      toRunner(command)((context) => runDev(splitArguments(named, others), options, context)),
    );
}

async function runDev(
  { named, nodeArguments }: SplitArguments,
  options: DevOptions,
  context: CommandContext,
): Promise<CommandResult> {
  const { cwd, env, print } = context;
  const repository = readRepository(cwd);
  const target = findDevTarget(repository, named, options.with ?? [], cwd);
  const isAlone = target.type === 'plugin';
  if (isAlone) print(describeAlone(target, options));
  else if (usesStockBackend(target.program)) print(redirectionNote(target));
  else print(`starting ${target.name}`);
  const programArguments = toProgramArguments(target, options.config, cwd);
  const session = new DevSession(
    context,
    repository,
    {
      root: repository.root,
      program: toDevProgram(target, options),
      anchor: isAlone ? target.features[0]! : target.program,
      cwd: target.directory,
      env: {
        ...env,
        NODE_ENV: env.NODE_ENV ?? 'development',
        ...(isAlone && toAddressVariables(options)),
      },
      nodeArguments,
      programArguments,
    },
    toConfigFiles(programArguments, target.directory),
  );
  await session.run();
  return { text: '', exitCode: EXIT_CODES.ok };
}

function toDevProgram(target: DevTarget, options: AloneOptions): DevProgram {
  return target.type === 'program'
    ? { type: 'file', file: target.program }
    : { type: 'plugin', plugin: toAlonePlugin(target, options) };
}
