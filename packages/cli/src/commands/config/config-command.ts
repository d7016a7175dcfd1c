import type { DescribedKey } from '@stagewire/config';
import type { Command } from 'commander';
import type { CommandContext, CommandResult } from '../../command-context.js';
import type { RunnerFactory } from '../../create-program.js';
import { defineCommand } from '../../define-command.js';
import { EXIT_CODES } from '../../exit-codes.js';
import { configOption } from '../../options.js';
import { writeOutput } from '../../terminal/write-output.js';
import { alignColumns } from '../../terminal/align-columns.js';
import { checkConfiguration } from './check-configuration.js';
import { formatDocs } from './format-docs.js';
import { formatProblems } from './format-problems.js';
import { listValues, type ListedValue } from './list-values.js';
import {
  collectSchema,
  findTarget,
  loadConfiguration,
  type ConfigurationOptions,
} from './load-configuration.js';

/** `stagewire config` */
export function createConfigCommand(toRunner: RunnerFactory): Command {
  return defineCommand({
    name: 'config',
    summary: 'show, check and explain the configuration',
    description:
      'Works on the configuration that a backend would start with, without starting it: the same files, environment variables and rules, and the schemas of all installed packages.',
    examples: [
      ['stagewire config print', 'what counts, and where it comes from'],
      ['stagewire config check', 'all that is wrong, with file and line'],
      ['stagewire config docs --output docs/config.md', 'a page about all keys'],
    ],
  })
    .addCommand(createPrintCommand(toRunner))
    .addCommand(createCheckCommand(toRunner))
    .addCommand(createDocsCommand(toRunner))
    .addCommand(createSchemaCommand(toRunner));
}

function withFiles(command: Command): Command {
  return withBackend(command.addOption(configOption()));
}

function withBackend(command: Command): Command {
  return command.option('--backend <backend>', 'the backend whose packages count');
}

type PrintOptions = ConfigurationOptions & { frontend?: boolean };

function createPrintCommand(toRunner: RunnerFactory): Command {
  const command = defineCommand({
    name: 'print [key]',
    summary: 'print the values that count, and where each comes from',
    description:
      'Prints every value of the configuration with the file and line, or the environment variable, that it comes from. Secrets are hidden: what a package declares to be secret, what is named like a secret, and what comes from a variable or file and is not plainly public.',
    examples: [
      ['stagewire config print', 'everything'],
      ['stagewire config print backend.database', 'a part of it'],
      ['stagewire config print --frontend', 'what everybody may see'],
      ['stagewire config print --config app-config.production.yaml', 'of other files'],
    ],
    hasJson: true,
  });
  return withFiles(command)
    .option('--frontend', 'the values alone that packages declare to be seen by the frontend')
    .action((key: string | undefined, options: PrintOptions) =>
      toRunner(command)((context) => runPrint(key, options, context)),
    );
}

async function runPrint(
  key: string | undefined,
  options: PrintOptions,
  context: CommandContext,
): Promise<CommandResult> {
  const configuration = await loadConfiguration(findTarget(options, context));
  const values = listValues(configuration)
    .filter((value) => isUnder(value.key, key))
    .filter(({ visibility }) => !options.frontend || visibility === 'frontend');
  const { style } = context;
  const rows = alignColumns(values.map(toRow));
  const head = style.dim(`from ${configuration.sources.description || 'nothing'}`);
  return {
    text: values.length > 0 ? `${head}\n\n${rows}` : `${head}\n\nno values`,
    data: { sources: configuration.sources.description, values },
    exitCode: EXIT_CODES.ok,
  };
}

function toRow({ key, value, secret, where = '', from = [], absent }: ListedValue): string[] {
  const told = absent !== undefined ? '(absent)' : secret ? '(secret)' : JSON.stringify(value);
  const places = absent === undefined ? [where, ...from] : [absent];
  return [key, told, places.filter(Boolean).join(', ')];
}

function isUnder(key: string, above: string | undefined): boolean {
  if (above === undefined || key === above) return true;
  return key.startsWith(`${above}.`) || key.startsWith(`${above}[`);
}

function createCheckCommand(toRunner: RunnerFactory): Command {
  const command = defineCommand({
    name: 'check',
    summary: 'find what is wrong with the configuration',
    description:
      'Holds the configuration to the schemas of all installed packages, and tells everything at once: values that cannot be, keys that are probably misspelt, variables and files that are not there. Ends with exit code 1 when a backend would not start with it.',
    examples: [
      ['stagewire config check', 'the default files'],
      [
        'stagewire config check --config app-config.yaml --config app-config.production.yaml',
        'the files of production',
      ],
    ],
    hasJson: true,
  });
  return withFiles(command).action((options: ConfigurationOptions) =>
    toRunner(command)(async (context) => {
      const { configuration, problems } = await checkConfiguration(findTarget(options, context));
      const isFailed = problems.some(({ severity }) => severity === 'error');
      return {
        text: formatProblems(problems, configuration, context.style),
        data: { sources: configuration?.sources.description ?? null, problems },
        exitCode: isFailed ? EXIT_CODES.failed : EXIT_CODES.ok,
      };
    }),
  );
}

type OutputOptions = ConfigurationOptions & { output?: string };

function createDocsCommand(toRunner: RunnerFactory): Command {
  const command = defineCommand({
    name: 'docs [key]',
    summary: 'write a page about all keys',
    description:
      'Writes a Markdown page about every key that installed packages declare: what it may be, its default, who may see it, and which package declares it.',
    examples: [
      ['stagewire config docs --output docs/config.md', 'the whole page'],
      ['stagewire config docs backend.cors', 'what there is under one key'],
    ],
    hasJson: true,
  });
  return withBackend(command)
    .option('--output <file>', 'write it to this file instead')
    .action((key: string | undefined, options: OutputOptions) =>
      toRunner(command)(async (context) => {
        const schema = await collectSchema(findTarget(options, context));
        const keys = schema.describe().filter((each: DescribedKey) => isUnder(each.key, key));
        return writeOutput(
          { text: formatDocs(keys), data: keys, exitCode: EXIT_CODES.ok },
          options.output,
          context,
        );
      }),
    );
}

function createSchemaCommand(toRunner: RunnerFactory): Command {
  const command = defineCommand({
    name: 'schema',
    summary: 'write the JSON schema of all installed packages',
    description:
      'Writes one JSON schema of the configuration, put together of those of all installed packages; editors complete and check app-config.yaml with it.',
    examples: [['stagewire config schema --output .cache/app-config.schema.json', 'for an editor']],
  });
  return withBackend(command)
    .option('--output <file>', 'write it to this file instead')
    .action((options: OutputOptions) =>
      toRunner(command)(async (context) => {
        const schema = await collectSchema(findTarget(options, context));
        const text = JSON.stringify(schema.toJSON(), undefined, 2);
        return writeOutput({ text, exitCode: EXIT_CODES.ok }, options.output, context);
      }),
    );
}
