import type { Command } from 'commander';
import type { CommandContext, CommandResult } from '../../command-context.js';
import type { RunnerFactory } from '../../create-program.js';
import { defineCommand } from '../../define-command.js';
import { EXIT_CODES } from '../../exit-codes.js';
import { selectBackends } from '../../program/select-backends.js';
import { BACKEND_ARGUMENT, configOption } from '../../options.js';
import { readRepository } from '../../repository/repository.js';
import { beginExamination, type ExaminationOptions } from './examination.js';
import { examine } from './examine.js';
import { formatReport } from './format-report.js';

/** `stagewire doctor` */
export function createDoctorCommand(toRunner: RunnerFactory): Command {
  const command = defineCommand({
    name: 'doctor',
    summary: 'find out what keeps backends from starting',
    description:
      'Looks at what is installed, at versions and copies of packages, at the configuration, and at the plan of each backend. No port is opened and no database is touched. Ends with exit code 1 when something keeps a backend from starting.',
    examples: [
      ['stagewire doctor', 'before a start, an upgrade or a bug report'],
      ['stagewire doctor packages/backend --config app-config.production.yaml', 'for production'],
      ['stagewire doctor --connect', 'also try whether databases and caches answer'],
      ['stagewire doctor --json', 'for a program'],
    ],
    hasJson: true,
  });
  return command
    .argument('[backend]', BACKEND_ARGUMENT)
    .addOption(configOption())
    .option('--connect', 'connect to the databases and caches that the configuration names')
    .action((backend: string | undefined, options: ExaminationOptions) =>
      toRunner(command)((context) => runDoctor(backend, options, context)),
    );
}

async function runDoctor(
  named: string | undefined,
  options: ExaminationOptions,
  context: CommandContext,
): Promise<CommandResult> {
  const repository = readRepository(context.cwd);
  const backends = selectBackends(repository, named, context.cwd);
  const examination = beginExamination(repository, backends, options, context);
  const findings = await examine(examination);
  const isFailed = findings.some(({ severity }) => severity === 'error');
  return {
    text: formatReport(findings, examination),
    data: { backends: backends.map(({ name }) => name), findings },
    exitCode: isFailed ? EXIT_CODES.failed : EXIT_CODES.ok,
  };
}
