import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  collectConfigSchema,
  ConfigReader,
  loadConfig,
  type ConfigProblem,
  type ConfigSchema,
} from '@stagewire/config';
import { isExplained } from '@stagewire/errors';
import type { CommandContext } from '../../command-context.js';
import { findBackends } from '../../repository/backends.js';
import { isInside } from '../../repository/paths.js';
import type { Repository } from '../../repository/repository.js';
import { toFinding, type Finding, type Place } from '../../rules/finding.js';
import { placeOf, withShortPaths } from './places.js';

const MAIN = 'app-config.yaml';
const CONFIG = /^app-config(?:\.[\w.-]+)?\.yaml$/;

/** Holds the configuration files of a repository to what installed packages declare. */
export async function checkConfig(
  repository: Repository,
  isWanted: (folder: string) => boolean,
  { env, progress }: Pick<CommandContext, 'env' | 'progress'>,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const folder of listFolders(repository, isWanted)) {
    const schemas = await progress.during('reading configuration schemas', () =>
      collectSchemas(folder, repository),
    );
    for (const files of listCombinations(folder)) {
      findings.push(...(await checkFiles(files, schemas, folder, repository, env)));
    }
  }
  return findings;
}

/** The root, and the packages that keep configuration of their own. */
function listFolders({ root, packages }: Repository, isWanted: (folder: string) => boolean) {
  const inside = packages
    .filter(({ folder }) => isWanted(folder))
    .map(({ directory }) => directory);
  return [...new Set([root, ...inside])].filter((folder) => existsSync(join(folder, MAIN)));
}

/** What each backend of a folder knows of configuration. */
async function collectSchemas(folder: string, repository: Repository): Promise<ConfigSchema[]> {
  const programs = findBackends(repository)
    .filter(({ directory }) => isInside(directory, folder))
    .map(({ program }) => program);
  const all = programs.length > 0 ? programs : [undefined];
  return Promise.all(all.map((program) => collectConfigSchema({ cwd: folder, program })));
}

/** The main file alone, and under each of the others. */
function listCombinations(folder: string): string[][] {
  const main = join(folder, MAIN);
  const others = readdirSync(folder).filter((name) => CONFIG.test(name) && name !== MAIN);
  return [[main], ...others.toSorted().map((name) => [main, join(folder, name)])];
}

async function checkFiles(
  files: readonly string[],
  schemas: readonly ConfigSchema[],
  folder: string,
  repository: Repository,
  env: NodeJS.ProcessEnv,
): Promise<Finding[]> {
  const fallback = placeOf(files.at(-1)!, 0, repository);
  try {
    const args = files.flatMap((file) => ['--config', file]);
    const { appConfigs } = await loadConfig({ args, cwd: folder, env: withoutOverrides(env) });
    const reader = ConfigReader.fromConfigs([...appConfigs]);
    const found = schemas.map((schema) => schema.validate(reader));
    return agreed(found).map(({ severity, where, error }) =>
      toFinding(
        severity,
        toPlace(where, repository) ?? fallback,
        withShortPaths(error, repository),
      ),
    );
  } catch (error) {
    if (!(error instanceof Error) || !isExplained(error)) throw error;
    const [where] = /\S+\.ya?ml:\d+/.exec(`${error.message} ${error.fix}`) ?? [];
    const place = toPlace(where, repository) ?? fallback;
    return [toFinding('error', place, withShortPaths(error, repository))];
  }
}

/** Variables of the one who checks are no part of the repository. */
function withoutOverrides(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !name.startsWith('APP_CONFIG_')),
  );
}

/**
 * What keeps any backend from starting; of the rest, what no backend understands. What is written
 * nowhere is left out: other files, or variables, may bring it where the backend runs.
 */
function agreed(found: readonly ConfigProblem[][]): ConfigProblem[] {
  const [first = [], ...others] = found;
  const errors = found.flat().filter(({ severity }) => severity === 'error');
  const warnings = first
    .filter(({ severity }) => severity === 'warning')
    .filter((problem) =>
      others.every((problems) => problems.some((other) => isSame(problem, other))),
    );
  return [...errors, ...warnings].filter(({ where }) => where !== undefined);
}

function isSame(one: ConfigProblem, other: ConfigProblem): boolean {
  return one.key === other.key && one.where === other.where && one.error.code === other.error.code;
}

function toPlace(where: string | undefined, repository: Repository): Place | undefined {
  const [, file, line] = /^(.+):(\d+)$/.exec(where ?? '') ?? [];
  return file === undefined ? undefined : placeOf(resolve(file), Number(line), repository);
}
