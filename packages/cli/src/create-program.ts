import { Command } from 'commander';
import { createBuildCommand } from './commands/build/build-command.js';
import { createCheckCommand } from './commands/check/check-command.js';
import { createDevCommand } from './commands/dev/dev-command.js';
import { createConfigCommand } from './commands/config/config-command.js';
import { createDoctorCommand } from './commands/doctor/doctor-command.js';
import { createGraphCommand } from './commands/graph/graph-command.js';
import { createInfoCommand } from './commands/info.js';
import { createNewCommand } from './commands/new/new.js';
import { createStartCommand } from './commands/start/start-command.js';
import type { CommandRunner } from './define-command.js';
import { readOwnVersion } from './own-version.js';

/** Makes the runner of a command; it knows the options that the command was called with. */
export type RunnerFactory = (command: Command) => CommandRunner;

/** Puts all commands together. */
export function createProgram(toRunner: RunnerFactory): Command {
  return new Command('stagewire')
    .description('Makes, checks, starts and draws backends.')
    .version(readOwnVersion(), '-V, --version', 'print the version')
    .option('-C, --cwd <folder>', 'work in this folder instead of the current one')
    .addHelpText('after', `\n${EXIT_CODE_HELP}`)
    .addCommand(createNewCommand(toRunner))
    .addCommand(createCheckCommand(toRunner))
    .addCommand(createStartCommand(toRunner))
    .addCommand(createDevCommand(toRunner))
    .addCommand(createBuildCommand(toRunner))
    .addCommand(createGraphCommand(toRunner))
    .addCommand(createConfigCommand(toRunner))
    .addCommand(createDoctorCommand(toRunner))
    .addCommand(createInfoCommand(toRunner));
}

const EXIT_CODE_HELP = `Exit codes:
  0    done, and nothing is wrong
  1    something is wrong with what was looked at, or it could not be done
  2    the command line is wrong
  130  ended by Ctrl+C`;
