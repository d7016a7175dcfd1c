import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { CommandContext, CommandResult } from '../../command-context.js';
import type { RunnerFactory } from '../../create-program.js';
import { defineCommand } from '../../define-command.js';
import { cliErrors } from '../../errors.js';
import { EXIT_CODES } from '../../exit-codes.js';
import { toRepositoryPath } from '../../repository/paths.js';
import { readRepository, type Repository } from '../../repository/repository.js';
import { checkRepository } from '../../rules/check-repository.js';
import type { Finding } from '../../rules/finding.js';
import { AREAS, isRuleArea, type Area } from './areas.js';
import { checkConfig } from './check-config.js';
import { checkPlans } from './check-plans.js';
import { formatFindings, formatForGithub, type CheckOutcome } from './format-findings.js';
import { isIgnored } from './ignored.js';

type CheckOptions = { only: Area[]; ignore: string[]; format: 'text' | 'github' };

/** `stagewire check` */
export function createCheckCommand(toRunner: RunnerFactory): Command {
  const command = defineCommand({
    name: 'check [folder...]',
    summary: 'tell what is wrong with the packages of a repository',
    description: `Holds packages to the rules of the house: roles and names, who may import whom, dependencies, what features export, what backends are put together from, their plans and their configuration. Nothing is started. With folders, only the packages in them are told of. Areas: ${AREAS.join(', ')}. A finding in code is left out where a comment on the line above says \`stagewire-ignore\`, its code and why.`,
    examples: [
      ['stagewire check', 'everything'],
      ['stagewire check plugins/todo-backend', 'one package'],
      ['stagewire check --only imports,dependencies', 'some of the rules'],
      ['stagewire check --format github', 'as annotations, in a GitHub workflow'],
    ],
    hasJson: true,
  });
  return command
    .addOption(
      new Option('--only <areas>', 'look at these alone, separated by commas')
        .argParser(parseAreas)
        .default([...AREAS], 'all'),
    )
    .addOption(
      new Option('--ignore <codes>', 'leave these out, separated by commas')
        .argParser((text: string) => text.split(','))
        .default([], 'none'),
    )
    .addOption(
      new Option('--format <format>', 'how to tell it').choices(['text', 'github']).default('text'),
    )
    .action((folders: string[], options: CheckOptions) =>
      toRunner(command)((context) => runCheck(folders, options, context)),
    );
}

function parseAreas(text: string): Area[] {
  const areas = text.split(',');
  const unknown = areas.find((area) => !(AREAS as readonly string[]).includes(area));
  if (unknown !== undefined) {
    throw new InvalidArgumentError(`There is no area ${unknown}; there are ${AREAS.join(', ')}.`);
  }
  return areas as Area[];
}

async function runCheck(
  folders: readonly string[],
  { only, ignore, format }: CheckOptions,
  context: CommandContext,
): Promise<CommandResult> {
  const repository = readRepository(context.cwd);
  const isWanted = toFilter(folders, repository, context.cwd);
  const { files, findings } = checkRepository(repository, only.filter(isRuleArea), isWanted);
  const isInstalled = existsSync(join(repository.root, 'node_modules'));
  if (only.includes('config') && isInstalled) {
    findings.push(...(await checkConfig(repository, isWanted, context)));
  }
  if (only.includes('plan') && isInstalled) {
    const planned = await checkPlans(repository, isWanted, context);
    // What rules have found in the code, the plan finds again, in other words.
    findings.push(...planned.filter((each) => !findings.some((other) => isSame(each, other))));
  }
  const told = withoutRepetition(findings)
    .filter(({ code }) => !ignore.includes(code))
    .filter((finding) => !isIgnored(finding, repository.root))
    .toSorted(byPlace);
  const outcome: CheckOutcome = {
    findings: told,
    counts: {
      errors: told.filter(({ severity }) => severity === 'error').length,
      warnings: told.filter(({ severity }) => severity === 'warning').length,
      packages: repository.packages.filter(({ folder }) => isWanted(folder)).length,
      files,
    },
    skipped: isInstalled ? [] : only.filter((area) => !isRuleArea(area)),
  };
  return {
    text: format === 'github' ? formatForGithub(outcome) : formatFindings(outcome, context.style),
    data: outcome,
    exitCode: outcome.counts.errors > 0 ? EXIT_CODES.failed : EXIT_CODES.ok,
  };
}

/** Whether a package is inside one of the folders, or one of them is inside the package. */
function toFilter(
  folders: readonly string[],
  { root, packages }: Repository,
  cwd: string,
): (folder: string) => boolean {
  if (folders.length === 0) return () => true;
  const wanted = folders.map((folder) => {
    const path = toRepositoryPath(resolve(cwd, folder), root);
    if (!packages.some((each) => overlap(each.folder, path))) throw cliErrors.noPackages(folder);
    return path;
  });
  return (folder) => wanted.some((path) => overlap(folder, path));
}

function overlap(folder: string, path: string): boolean {
  return isBelow(folder, path) || (folder !== '.' && isBelow(path, folder));
}

function isBelow(inner: string, outer: string): boolean {
  return outer === '.' || inner === outer || inner.startsWith(`${outer}/`);
}

function isSame(one: Finding, other: Finding): boolean {
  return one.code === other.code && one.file === other.file && one.line === other.line;
}

/** Several configurations have files in common, and backends have plugins: each is told once. */
function withoutRepetition(findings: readonly Finding[]): Finding[] {
  const told = new Map<string, Finding>();
  for (const finding of findings) {
    const { code, file, line, problem } = finding;
    const key = [code, file, line, problem].join(' ');
    if (!told.has(key)) told.set(key, finding);
  }
  return [...told.values()];
}

function byPlace(a: Finding, b: Finding): number {
  return a.file.localeCompare(b.file, 'en', { numeric: true }) || a.line - b.line;
}
