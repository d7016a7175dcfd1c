import {
  collectConfigSchema,
  ConfigReader,
  loadConfig,
  type ConfigSchema,
  type LoadedSources,
} from '@stagewire/config';
import type { CommandContext } from '../../command-context.js';
import { findBackendOf } from '../../program/pick-backend.js';
import { selectBackends, toProgramArguments } from '../../program/select-backends.js';
import { findBackends } from '../../repository/backends.js';
import { readRepository } from '../../repository/repository.js';

/** Which configuration is looked at. */
export type ConfigurationOptions = {
  /** Files, in place of those that a start would take. */
  config?: string[];
  /** The backend whose packages count, where there are several. */
  backend?: string;
};

/** Where the configuration of a program comes from. */
export type ConfigurationTarget = {
  /** The command line of the program. */
  args: readonly string[];
  /** The folder that it runs in. */
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** Absent where there is no backend. */
  program?: string;
};

/** Configuration as a start would load it, and what installed packages say of it. */
export type Configuration = { sources: LoadedSources; reader: ConfigReader; schema: ConfigSchema };

/**
 * Finds where a backend of the repository takes its configuration from: the one that is named, or of
 * the working directory, or the first one. Without any, the repository's own files count.
 *
 * @throws `E_CLI_UNKNOWN_BACKEND`
 */
export function findTarget(
  { config, backend: named }: ConfigurationOptions,
  { cwd, env }: Pick<CommandContext, 'cwd' | 'env'>,
): ConfigurationTarget {
  const repository = readRepository(cwd);
  const isThere = named !== undefined || findBackends(repository).length > 0;
  const backends = isThere ? selectBackends(repository, named, cwd) : [];
  const backend = findBackendOf(backends, cwd) ?? backends[0];
  if (backend) {
    const args = toProgramArguments(backend, config, cwd);
    return { args, cwd: backend.directory, env, program: backend.program };
  }
  return { args: toProgramArguments({ args: [] }, config, cwd), cwd, env };
}

/**
 * Loads the configuration of a backend from the same places as its start does.
 *
 * @throws what `loadConfig` throws
 */
export async function loadConfiguration(target: ConfigurationTarget): Promise<Configuration> {
  const sources = await loadConfig(target);
  const schema = await collectSchema(target);
  return { sources, reader: ConfigReader.fromConfigs([...sources.appConfigs]), schema };
}

/** What the packages of a backend say of their configuration. */
export async function collectSchema({ cwd, program }: ConfigurationTarget): Promise<ConfigSchema> {
  return collectConfigSchema({ cwd, program });
}
